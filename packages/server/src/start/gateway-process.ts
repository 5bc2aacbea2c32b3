import { readFileSync, writeFileSync } from 'node:fs';
import { Failure } from '@slipway/contracts/failure';
import type { Settings } from '../config.ts';
import type { Secret } from '../domain/secret.ts';
import { lowerWalls } from '../drivers/egress/firewall/index.ts';
import { gatewayState } from '../drivers/egress/gateway/ask.ts';
import { settingsHash } from '../drivers/egress/gateway/index.ts';
import { type GatewaySettings, parseGatewaySettings } from '../drivers/egress/gateway/settings.ts';
import { dataPaths } from '../paths.ts';
import { startOwnProcess, stopOwnProcess } from './own-process.ts';

export interface GatewayFacts {
  readonly instance: string;
  readonly databaseUrl: Secret;
  /** Where the environments' PostgreSQL is, if not behind a socket. */
  readonly database: GatewaySettings['database'];
}

/**
 * Mail catcher, proxy and walls are a process of their own, so that a restart of this one cuts nothing. One that answers with the same
 * settings is left alone; with others it is started anew. Failures: gateway-unreachable, walls-missing.
 */
export const ensureGateway = async (settings: Pick<Settings, 'data'>, facts: GatewayFacts): Promise<void> => {
  const paths = dataPaths(settings.data);
  const content = parseGatewaySettings({
    instance: facts.instance,
    databaseUrl: facts.databaseUrl.reveal(),
    database: facts.database,
    socket: paths.gatewaySocket,
    stateFile: paths.gatewayState,
  });
  const running = await gatewayState(paths.gatewaySocket);
  if (running !== null && running.settings !== settingsHash(content)) await stopGateway(settings);
  if (running === null || running.settings !== settingsHash(content)) await start(settings, content);
  const walls = (await gatewayState(paths.gatewaySocket))?.walls ?? null;
  if (walls !== null) throw new Failure('walls-missing', { reason: walls });
};

const start = async (settings: Pick<Settings, 'data'>, content: GatewaySettings): Promise<void> => {
  const paths = dataPaths(settings.data);
  writeFileSync(paths.gatewaySettings, JSON.stringify(content), { mode: 0o600 });
  const problem = await startOwnProcess({
    script: new URL('../gateway-main.ts', import.meta.url),
    settings: paths.gatewaySettings,
    log: paths.gatewayLog,
    pid: paths.gatewayPid,
    answers: async () => (await gatewayState(paths.gatewaySocket)) !== null,
  });
  if (problem === null) return;
  const last = readFileSync(paths.gatewayLog, 'utf8').trim().split('\n').at(-1) ?? '';
  throw new Failure('gateway-unreachable', { reason: `${problem}; ${last.slice(0, 300)}` });
};

export const stopGateway = (settings: Pick<Settings, 'data'>): Promise<void> =>
  stopOwnProcess(dataPaths(settings.data).gatewayPid);

/** The last of the gateway: without bridges there is nothing to wall off. Where walls cannot be put up there are none to take down. */
export const removeWalls = (instance: string): Promise<void> => lowerWalls(instance).catch(() => undefined);
