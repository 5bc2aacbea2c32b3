import { resolve } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { ApiClient } from '../api/client.ts';
import { ServerRefusal } from '../api/server-refusal.ts';
import { defineLines } from '../command.ts';
import { milliseconds } from '../inputs.ts';
import { Interrupted } from '../interrupted.ts';
import { readPid, removeStalePid } from '../local/pid-file.ts';
import { hasProjectFile } from '../local/project-file.ts';
import { answeringServer, otherServer, type Started, type StartOptions, startServer } from '../local/start-server.ts';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import type { Session } from '../session.ts';

export const upView = z.object({
  /** Address of the API. */
  url: z.string(),
  /** Where people open the dashboard. */
  dashboard: z.string(),
  data: z.string(),
  pid: z.int().nullable(),
  /** False when it ran already. */
  started: z.boolean(),
  /** The project of ./slipway.yaml, if there is one. */
  project: z.string().nullable(),
});
type UpView = z.infer<typeof upView>;

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((number) => number >= 1 && number <= 65_535, 'must be a port number from 1 to 65535');

const addProject = async (session: Session, api: ApiClient): Promise<string | null> => {
  const folder = resolve(session.io.cwd);
  if (!(await hasProjectFile(folder))) return null;
  const { project } = await api.call('addProject', { parameters: {}, body: { folder } });
  return project;
};

/** The bare domain, as the edge serves it. */
const dashboardOf = async (api: ApiClient): Promise<string> => (await api.call('status', { parameters: {} })).edge.url;

/** One server per data folder: another that runs there, or is being started by somebody else at this moment, is joined. */
const startOrJoin = async (session: Session, options: StartOptions): Promise<Started | ApiClient> => {
  const running = (await answeringServer(session)) ?? (await otherServer(session, options.timeout));
  if (running !== null) return running;
  try {
    return await startServer(session, options);
  } catch (error) {
    const late = error instanceof ServerRefusal && error.problem.code === 'data-folder-in-use';
    const other = late ? await otherServer(session, options.timeout) : null;
    if (other === null) throw error;
    return other;
  }
};

/** Until the server ends: asked to by us after Ctrl-C, or by itself. Failure: server-start-failed. */
const stay = async (session: Session, { child, ended }: Started): Promise<void> => {
  const { io, dataFolder } = session;
  const stop = (): void => {
    session.note('Stopping.');
    child.kill('SIGTERM');
  };
  if (io.signal.aborted) stop();
  else io.signal.addEventListener('abort', stop, { once: true });
  const { code, signal } = await ended;
  await removeStalePid(io, dataFolder);
  if (io.signal.aborted) {
    // SIGTERM is how a service manager stops us: that is no failure. Ctrl-C has its own code, as everywhere.
    if (io.signal.reason === 'SIGTERM') return;
    throw new Interrupted();
  }
  if (code !== 0)
    throw new Failure('server-start-failed', {
      reason: `it ended with ${signal ?? `code ${code}`}`,
      log: `${dataFolder}/server.log`,
    });
};

const show = (view: UpView, screen: Screen, { detach }: { readonly detach: boolean }): string => {
  const lines = [`${screen.ok} Slipway ${view.started ? 'answers' : 'runs already'} at ${printable(view.url)}`];
  lines.push(`${screen.ok} Dashboard: ${printable(view.dashboard)}`);
  if (view.project !== null)
    lines.push(
      `${screen.ok} Project ${printable(view.project)}. Open a preview: slipway preview open --pr 1 --ref <branch> --wait`,
    );
  else
    lines.push('  There is no slipway.yaml here. Run `slipway init` in your Odoo repository, then `slipway up` again.');
  if (view.started) lines.push(detach ? '  Stop it: slipway down' : '  Ctrl-C stops it.');
  return lines.join('\n');
};

export const up = defineLines({
  path: 'up',
  says: 'Start Slipway, and add the project of ./slipway.yaml.',
  example: 'slipway up --detach',
  options: [
    { flags: '-d, --detach', says: 'return once it answers; `slipway down` stops it' },
    { flags: '--port <port>', says: 'port of API and webhooks (default: 8787; or SLIPWAY_API_LISTEN)' },
    { flags: '--edge-port <port>', says: 'port of the previews (default: 8080; or SLIPWAY_EDGE_LISTEN)' },
    { flags: '--timeout <duration>', says: 'until when it has to answer (default: 15m)' },
  ],
  input: z.strictObject({
    detach: z.boolean().default(false),
    port: port.optional(),
    edgePort: port.optional(),
    timeout: milliseconds.prefault('15m'),
  }),
  view: upView,
  routes: ['health', 'addProject', 'status'],
  lines: async function* (input, session) {
    const base = { data: session.dataFolder };
    const variables = {
      ...(input.port === undefined ? {} : { SLIPWAY_API_LISTEN: `127.0.0.1:${input.port}` }),
      ...(input.edgePort === undefined ? {} : { SLIPWAY_EDGE_LISTEN: `127.0.0.1:${input.edgePort}` }),
    };
    const started = await startOrJoin(session, { variables, timeout: input.timeout });
    if (started instanceof ApiClient) {
      const [pid, project] = [await readPid(session.io, session.dataFolder), await addProject(session, started)];
      yield { ...base, url: started.server.url, dashboard: await dashboardOf(started), pid, started: false, project };
      return;
    }
    if (input.detach) started.child.unref();
    try {
      const project = await addProject(session, started.api);
      const dashboard = await dashboardOf(started.api);
      yield { ...base, url: started.api.server.url, dashboard, pid: started.pid, started: true, project };
    } catch (error) {
      // A wrong slipway.yaml is no reason to leave a server in the foreground behind.
      if (!input.detach) started.child.kill('SIGTERM');
      throw error;
    }
    if (!input.detach) await stay(session, started);
  },
  show,
});
