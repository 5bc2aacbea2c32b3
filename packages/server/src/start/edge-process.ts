import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Failure, failureFrom } from '@slipway/contracts/failure';
import type { Settings } from '../config.ts';
import type { Secret } from '../domain/secret.ts';
import { dataPaths } from '../paths.ts';
import { edgeCode } from './own-code.ts';
import { isAlive, processesWith } from './processes.ts';

const START_MS = 15_000;
const STOP_MS = 35_000;
const FREE_MS = 5_000;

type Wanted = Pick<Settings, 'data' | 'domain' | 'edge' | 'api' | 'trustedProxies' | 'logFiles'>;

interface OldEdge {
  /** More than one while an older one still finishes what it serves. */
  readonly pids: readonly number[];
  /** The text of the settings that it was started with. */
  readonly settings: string;
  readonly port: number;
}

/**
 * The edge is a process of its own that outlives this one: restarting the control plane drops no request. One that runs with other
 * settings or older code is replaced: both share the port until the new one answers, then the old one finishes what it serves and ends.
 * Failures: edge-port-taken, server-unreachable; the old edge goes on then.
 */
export const ensureEdge = async (
  settings: Wanted,
  facts: { readonly databaseUrl: Secret; readonly code?: string },
): Promise<'kept' | 'started' | 'replaced'> => {
  const paths = dataPaths(settings.data);
  const wanted = JSON.stringify(edgeSettings(settings, facts.databaseUrl, facts.code ?? edgeCode()));
  const old = runningEdge(paths);
  if (old === null) {
    await replace(settings, wanted, null);
    return 'started';
  }
  const answers = old.port === settings.edge.port && (await edgeAnswers(settings));
  if (answers && old.settings === wanted) return 'kept';
  // One that does not answer would still be handed its share of the connections.
  if (old.port === settings.edge.port && !answers) signal(old, 'SIGKILL');
  try {
    await replace(settings, wanted, old);
  } catch (error) {
    writeFileSync(paths.edgeSettings, old.settings, { mode: 0o600 });
    throw error;
  }
  signal(old, 'SIGTERM');
  return 'replaced';
};

const replace = async (settings: Wanted, wanted: string, old: OldEdge | null): Promise<void> => {
  const paths = dataPaths(settings.data);
  // Edges share ports, also those of two installations: so it is asked before.
  if (old?.port !== settings.edge.port && !(await isFree(settings.edge)))
    throw new Failure('edge-port-taken', { port: settings.edge.port });
  writeFileSync(paths.edgeSettings, wanted, { mode: 0o600 });
  writeFileSync(paths.edgePid, `${await startBeside(settings, old)}\n`);
};

const edgeSettings = (settings: Wanted, databaseUrl: Secret, code: string) => {
  const paths = dataPaths(settings.data);
  return {
    listen: settings.edge,
    databaseUrl: databaseUrl.reveal(),
    stateFile: paths.edgeState,
    controlUrl: `http://${settings.api.host}:${settings.api.port}`,
    dashboardHost: settings.domain,
    controlTokenFile: paths.token,
    trustedProxies: settings.trustedProxies,
    log: { file: paths.edgeLog, ...settings.logFiles },
    code,
  };
};

const runningEdge = (paths: ReturnType<typeof dataPaths>): OldEdge | null => {
  try {
    // Not from edge.pid: a crash can come before that is written, and numbers are used again.
    const pids = processesWith(paths.edgeSettings);
    if (pids.length === 0) return null;
    const settings = readFileSync(paths.edgeSettings, 'utf8');
    return { pids, settings, port: (JSON.parse(settings) as { listen: { port: number } }).listen.port };
  } catch {
    return null;
  }
};

/** An edge that does not share its port (an older one) has to give it up first: for that moment nobody listens. */
const startBeside = async (settings: Wanted, old: OldEdge | null): Promise<number> => {
  try {
    return await startProcess(settings);
  } catch (error) {
    const held = error instanceof Failure && error.code === 'edge-port-taken' && old?.port === settings.edge.port;
    if (!held) throw error;
    signal(old, 'SIGTERM');
    const until = Date.now() + FREE_MS;
    while (!(await isFree(settings.edge)) && Date.now() < until) await pause(20);
    return startProcess(settings);
  }
};

/** Returns its process id once it listens. */
const startProcess = async (settings: Wanted): Promise<number> => {
  const paths = dataPaths(settings.data);
  // Not the log that it writes itself: that one may be put aside while we read.
  const log = openSync(paths.edgeStart, 'a', 0o600);
  const from = statSync(paths.edgeStart).size;
  const script = fileURLToPath(new URL('../edge-main.ts', import.meta.url));
  const child = spawn(process.execPath, [script, paths.edgeSettings], { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, name) => resolve(`it ended with ${name ?? code}`));
    child.once('error', (error) => resolve(error.message));
  });
  child.unref();
  const written = (): string[] => readFileSync(paths.edgeStart).subarray(from).toString('utf8').split('\n');
  const late = pause(START_MS).then(() => 'no answer');
  for (let over: string | null = null; ; ) {
    const said = written()
      .map(readiness)
      .find((line) => line !== null);
    if (said?.ready === true) return child.pid as number;
    if (said?.failure !== undefined) throw failureFrom(said.failure);
    if (over !== null) {
      child.kill('SIGKILL');
      const last = written().findLast((line) => line !== '') ?? '';
      throw new Failure('server-unreachable', { url: 'the edge', reason: `${over}; ${last.slice(0, 300)}` });
    }
    over = await Promise.race([ended, late, pause(50).then(() => null)]);
  }
};

interface Readiness {
  readonly ready: boolean;
  readonly failure?: { readonly code: string; readonly facts: Readonly<Record<string, unknown>> };
}

const readiness = (line: string): Readiness | null => (line.startsWith('{"ready":') ? JSON.parse(line) : null);

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const isFree = (address: { readonly host: string; readonly port: number }): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ ...address, exclusive: true }, () => server.close(() => resolve(true)));
  });

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export const edgeAnswers = (settings: Pick<Settings, 'edge'>): Promise<boolean> =>
  new Promise((resolve) => {
    const { host, port } = settings.edge;
    const asked = request(
      { host: LOOPBACK[host] ?? host, port, path: '/_slipway/health', agent: false, timeout: 2000 },
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
  const paths = dataPaths(settings.data);
  const old = runningEdge(paths);
  if (old !== null) {
    signal(old, 'SIGTERM');
    const until = Date.now() + STOP_MS;
    while (old.pids.some(isAlive) && Date.now() < until) await pause(100);
  }
  rmSync(paths.edgePid, { force: true });
};

const signal = ({ pids }: OldEdge, name: 'SIGTERM' | 'SIGKILL'): void => {
  for (const pid of pids)
    try {
      process.kill(pid, name);
    } catch {
      // It ended by itself.
    }
};
