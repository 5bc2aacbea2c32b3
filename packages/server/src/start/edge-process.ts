import { spawn } from 'node:child_process';
import { openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Failure } from '@slipway/contracts/failure';
import type { Settings } from '../config.ts';
import type { Secret } from '../domain/secret.ts';
import { dataPaths } from '../paths.ts';

const START_SECONDS = 15;

/**
 * The edge is a process of its own that outlives this one: restarting the control plane drops no request. If it answers already, nothing
 * is done.
 */
export const ensureEdge = async (settings: Settings, facts: { readonly databaseUrl: Secret }): Promise<void> => {
  if (await edgeAnswers(settings)) return;
  const paths = dataPaths(settings.data);
  const content = {
    listen: settings.edge,
    databaseUrl: facts.databaseUrl.reveal(),
    stateFile: paths.edgeState,
    controlUrl: `http://${settings.api.host}:${settings.api.port}`,
    controlTokenFile: paths.token,
    trustedProxies: settings.trustedProxies,
    log: { file: paths.edgeLog, ...settings.logFiles },
  };
  writeFileSync(paths.edgeSettings, JSON.stringify(content), { mode: 0o600 });
  const log = openSync(paths.edgeLog, 'a', 0o600);
  const script = fileURLToPath(new URL('../edge-main.ts', import.meta.url));
  const child = spawn(process.execPath, [script, paths.edgeSettings], { detached: true, stdio: ['ignore', log, log] });
  const ended = new Promise<string>((resolve) => child.once('exit', (code) => resolve(`it ended with ${code}`)));
  writeFileSync(paths.edgePid, `${child.pid}\n`);
  child.unref();
  const until = Date.now() + START_SECONDS * 1000;
  while (!(await edgeAnswers(settings))) {
    const over = await Promise.race([ended, new Promise<null>((resolve) => setTimeout(() => resolve(null), 100))]);
    if (over === null && Date.now() < until) continue;
    const last = readFileSync(paths.edgeLog, 'utf8').trim().split('\n').at(-1) ?? '';
    if (/edge-port-taken|EADDRINUSE/.test(last)) throw new Failure('edge-port-taken', { port: settings.edge.port });
    throw new Failure('server-unreachable', {
      url: 'the edge',
      reason: `${over ?? 'no answer'}; ${last.slice(0, 300)}`,
    });
  }
};

export const edgeAnswers = (settings: Settings): Promise<boolean> =>
  new Promise((resolve) => {
    const host = settings.edge.host === '0.0.0.0' ? '127.0.0.1' : settings.edge.host;
    const asked = request(
      { host, port: settings.edge.port, path: '/_slipway/health', agent: false, timeout: 2000 },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });

/** Ends the edge; requests in flight get their answer. */
export const stopEdge = async (settings: Pick<Settings, 'data'>): Promise<void> => {
  const { edgePid } = dataPaths(settings.data);
  let pid: number;
  try {
    pid = Number(readFileSync(edgePid, 'utf8'));
    process.kill(pid, 'SIGTERM');
  } catch {
    rmSync(edgePid, { force: true });
    return;
  }
  for (let tries = 0; tries < 350 && isAlive(pid); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
  rmSync(edgePid, { force: true });
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
