import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { Failure } from '@slipway/contracts/failure';
import type { Settings } from '../config.ts';
import type { Secret } from '../domain/secret.ts';
import { dataPaths } from '../paths.ts';
import { startOwnProcess, stopOwnProcess } from './own-process.ts';

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
  };
  writeFileSync(paths.edgeSettings, JSON.stringify(content), { mode: 0o600 });
  const problem = await startOwnProcess({
    script: new URL('../edge-main.ts', import.meta.url),
    settings: paths.edgeSettings,
    log: paths.edgeLog,
    pid: paths.edgePid,
    answers: () => edgeAnswers(settings),
  });
  if (problem === null) return;
  const last = readFileSync(paths.edgeLog, 'utf8').trim().split('\n').at(-1) ?? '';
  if (/edge-port-taken|EADDRINUSE/.test(last)) throw new Failure('edge-port-taken', { port: settings.edge.port });
  throw new Failure('server-unreachable', { url: 'the edge', reason: `${problem}; ${last.slice(0, 300)}` });
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
export const stopEdge = (settings: Pick<Settings, 'data'>): Promise<void> =>
  stopOwnProcess(dataPaths(settings.data).edgePid);
