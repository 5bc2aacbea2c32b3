import { readFile } from 'node:fs/promises';
import { asFailure, Failure } from '@slipway/contracts/failure';
import { type Logger, pino } from 'pino';
import { systemClock } from './domain/clock.ts';
import { type EdgeSettings, parseEdgeSettings } from './drivers/edge/router/settings.ts';
import { startEdge } from './drivers/edge/router/start-edge.ts';
import { LogFile } from './drivers/shared/log-file.ts';
import { goFirst } from './start/priority.ts';

/**
 * The edge's own process: `node edge-main.ts settings.json`. Says `{"ready":true,"port":…}` on stdout when it listens, or
 * `{"ready":false,"failure":…}` and exits 1; logs go to the file that the settings name, else to stderr.
 * SIGTERM: finishes what is in flight and exits 0.
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

// People wait for it.
goFirst();
// Whoever started the edge may be gone (the control plane restarts, a terminal closes): that must not end it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.on('SIGHUP', () => {});

let log: LogFile | null = null;

/** A log on stderr is for those who watch: what cannot be written there is lost without a word. */
const openLogger = (settings: EdgeSettings): Logger => {
  if (settings.log === undefined) return pino({ name: 'edge' }, process.stderr);
  log = new LogFile(settings.log, systemClock);
  return pino({ name: 'edge' }, log);
};

try {
  const settings = parseEdgeSettings(await readSettings(process.argv[2]));
  const logger = openLogger(settings);
  const edge = await startEdge(settings, logger);
  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'stopping');
    edge
      .close()
      .then(() => log?.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  say({ ready: true, port: edge.port });
} catch (error) {
  const failure = asFailure(error);
  // Nobody knows yet whether there is a log: what a start says goes where the starter reads.
  pino({ name: 'edge' }, process.stderr).error({ err: error }, 'the edge did not start');
  say({ ready: false, failure: failure.toJSON() });
  process.exitCode = 1;
}
