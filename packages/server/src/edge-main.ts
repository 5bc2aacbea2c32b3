import { readFile } from 'node:fs/promises';
import { asFailure, Failure } from '@slipway/contracts/failure';
import { pino } from 'pino';
import { parseEdgeSettings } from './drivers/edge/router/settings.ts';
import { startEdge } from './drivers/edge/router/start-edge.ts';

/**
 * The edge's own process: `node edge-main.ts settings.json`. Says `{"ready":true,"port":…}` on stdout when it listens, or
 * `{"ready":false,"failure":…}` and exits 1; logs go to stderr. SIGTERM: finishes what is in flight and exits 0.
 */
async function readSettings(path: string | undefined): Promise<unknown> {
  if (path === undefined) throw new Failure('usage', { reason: 'Name the settings file: edge-main.ts settings.json.' });
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Failure('usage', { reason: `The edge's settings ${path} cannot be read as JSON.` }, error);
  }
}

const say = (line: unknown): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

// Whoever started the edge may be gone (the control plane restarts, a terminal closes): that must not end it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.on('SIGHUP', () => {});

const destination = pino.destination({ fd: 2, sync: false });
destination.on('error', () => {});
const logger = pino({ name: 'edge' }, destination);

try {
  const edge = await startEdge(parseEdgeSettings(await readSettings(process.argv[2])), logger);
  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'stopping');
    edge.close().then(
      () => destination.flush(() => process.exit(0)),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  say({ ready: true, port: edge.port });
} catch (error) {
  const failure = asFailure(error);
  logger.error({ err: error }, 'the edge did not start');
  say({ ready: false, failure: failure.toJSON() });
  process.exitCode = 1;
}
