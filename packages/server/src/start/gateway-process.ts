import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Failure } from '@slipway/contracts/failure';
import type { Settings } from '../config.ts';
import type { Secret } from '../domain/secret.ts';
import { lowerWalls } from '../drivers/egress/firewall/index.ts';
import { gatewayState } from '../drivers/egress/gateway/ask.ts';
import { settingsHash } from '../drivers/egress/gateway/index.ts';
import { type GatewaySettings, parseGatewaySettings } from '../drivers/egress/gateway/settings.ts';
import { dataPaths } from '../paths.ts';
import { gatewayCode } from './own-code.ts';
import { isAlive, processesWith } from './processes.ts';

const START_MS = 15_000;
const STOP_MS = 10_000;

export interface GatewayFacts {
  readonly instance: string;
  readonly databaseUrl: Secret;
  /** Where the environments' PostgreSQL is, if not behind a socket. */
  readonly database: GatewaySettings['database'];
}

/**
 * Mail catcher, proxy and walls are a process of their own, so that a restart of this one cuts nothing. One that answers, with the same
 * settings and the same code, is left alone; any other is started anew. Failures: gateway-unreachable, walls-missing.
 */
export const ensureGateway = async (settings: Pick<Settings, 'data'>, facts: GatewayFacts): Promise<void> => {
  const paths = dataPaths(settings.data);
  const wanted = parseGatewaySettings({
    instance: facts.instance,
    databaseUrl: facts.databaseUrl.reveal(),
    database: facts.database,
    socket: paths.gatewaySocket,
    stateFile: paths.gatewayState,
    code: gatewayCode(),
  });
  let running = await gatewayState(paths.gatewaySocket);
  if (running?.settings !== settingsHash(wanted)) {
    await stopGateway(settings);
    running = await start(settings, wanted);
  }
  if (running.walls !== null) throw new Failure('walls-missing', { reason: running.walls });
};

const start = async (settings: Pick<Settings, 'data'>, wanted: GatewaySettings) => {
  const paths = dataPaths(settings.data);
  writeFileSync(paths.gatewaySettings, JSON.stringify(wanted), { mode: 0o600 });
  const log = openSync(paths.gatewayLog, 'a', 0o600);
  const from = statSync(paths.gatewayLog).size;
  const script = fileURLToPath(new URL('../gateway-main.ts', import.meta.url));
  const words = [script, paths.gatewaySettings];
  const child = spawn(process.execPath, words, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, name) => resolve(`it ended with ${name ?? code}`));
    child.once('error', (error) => resolve(error.message));
  });
  child.unref();
  const late = pause(START_MS).then(() => 'no answer');
  for (;;) {
    const running = await gatewayState(paths.gatewaySocket);
    if (running !== null) return running;
    const over = await Promise.race([ended, late, pause(50).then(() => null)]);
    if (over === null) continue;
    child.kill('SIGKILL');
    const last = readFileSync(paths.gatewayLog).subarray(from).toString('utf8').trim().split('\n').at(-1) ?? '';
    throw new Failure('gateway-unreachable', { reason: `${over}; ${last.slice(0, 300)}` });
  }
};

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Closes every door; what has not ended by then is killed. */
export const stopGateway = async (settings: Pick<Settings, 'data'>): Promise<void> => {
  const { gatewaySettings, gatewaySocket } = dataPaths(settings.data);
  const pids = processesWith(gatewaySettings);
  const signal = (name: 'SIGTERM' | 'SIGKILL'): void => {
    for (const pid of pids)
      try {
        process.kill(pid, name);
      } catch {
        // It ended by itself.
      }
  };
  signal('SIGTERM');
  const until = Date.now() + STOP_MS;
  while (pids.some(isAlive) && Date.now() < until) await pause(50);
  signal('SIGKILL');
  rmSync(gatewaySocket, { force: true });
};

/** The last of the gateway: without bridges there is nothing to wall off. Where walls cannot be put up there are none to take down. */
export const removeWalls = (instance: string): Promise<void> => lowerWalls(instance).catch(() => undefined);
