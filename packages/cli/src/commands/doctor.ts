import { type DoctorView, doctorView } from '@slipway/contracts/doctor-views';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { examine } from '../doctor/checks.ts';
import type { Finding } from '../doctor/finding.ts';
import { localEdgePort } from '../local/find-edge.ts';
import { answeringServer } from '../local/start-server.ts';
import { displayWidth } from '../output/display-width.ts';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import type { Session } from '../session.ts';

const MARK = { ok: 'ok', warn: 'warn', fail: 'fail' } as const;

const findingText = (entry: Finding, screen: Screen, wide: number): string => {
  const name = entry.check + ' '.repeat(wide - displayWidth(entry.check));
  const line = `${screen[MARK[entry.state]]} ${screen.paint('dim', name)}  ${printable(entry.says)}`;
  return entry.hint === null ? line : `${line}\n    ${printable(entry.hint)}`;
};

/** This machine, as it is seen from here; a server that answers only says which ports are its own. */
const examineHere = async (session: Session): Promise<DoctorView> => {
  const { dataFolder } = session;
  const { cwd, variables } = session.io;
  const server = await answeringServer(session).catch(() => null);
  const apiPort = server === null ? null : Number(new URL(server.server.url).port);
  const edgePort = await localEdgePort(dataFolder);
  const findings = await examine({ cwd, variables, dataFolder, user: process.getuid?.() ?? null, apiPort, edgePort });
  return { ok: findings.every(({ state }) => state !== 'fail'), findings: [...findings] };
};

export const doctor = defineCommand({
  path: 'doctor',
  says: 'Look whether this machine has what Slipway needs, and say how to get the rest. Needs no server.',
  example: 'slipway doctor',
  options: [
    { flags: '--control-plane', says: 'ask the server how it is where it runs, instead of looking at this machine' },
  ],
  input: z.strictObject({ controlPlane: z.boolean().default(false) }),
  view: doctorView,
  routes: ['health', 'doctor'],
  run: async ({ controlPlane }, session) =>
    controlPlane ? (await session.api()).call('doctor', { parameters: {} }) : examineHere(session),
  show: ({ ok, findings }, screen) => {
    const wide = Math.max(...findings.map(({ check }) => displayWidth(check)));
    const verdict = ok ? 'Slipway can run here.' : 'Slipway cannot run here yet: mend what failed.';
    return [...findings.map((entry) => findingText(entry, screen, wide)), '', verdict].join('\n');
  },
  exit: ({ ok }) => (ok ? 'ok' : 'failed'),
});
