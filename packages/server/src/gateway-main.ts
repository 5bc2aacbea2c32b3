import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { asFailure, Failure } from '@slipway/contracts/failure';
import { pino } from 'pino';
import { newId, systemClock } from './domain/clock.ts';
import { raiseWalls } from './drivers/egress/firewall/index.ts';
import { startGateway } from './drivers/egress/gateway/index.ts';
import { parseGatewaySettings } from './drivers/egress/gateway/settings.ts';
import { recordAttempts } from './store/egress.ts';
import { keepMail } from './store/mails.ts';
import { openPool } from './store/queryable.ts';

/**
 * The egress gateway's own process: `node gateway-main.ts settings.json`. Says `{"ready":true}` on stdout when it listens, or
 * `{"ready":false,"failure":…}` and exits 1; logs go to stderr. SIGTERM: closes its doors and exits 0.
 */
async function readSettings(path: string | undefined): Promise<unknown> {
  if (path === undefined)
    throw new Failure('usage', { reason: 'Name the settings file: gateway-main.ts settings.json.' });
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Failure('usage', { reason: `The gateway's settings ${path} cannot be read as JSON.` }, error);
  }
}

const WATCH_MILLISECONDS = 10_000;

const say = (line: unknown): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

// Whoever started the gateway may be gone (the control plane restarts, a terminal closes): that must not end it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.on('SIGHUP', () => {});

const destination = pino.destination({ fd: 2, sync: false });
destination.on('error', () => {});
const logger = pino({ name: 'gateway' }, destination);

try {
  const settings = parseGatewaySettings(await readSettings(process.argv[2]));
  const db = openPool(settings.databaseUrl, { name: 'slipway-gateway', max: 4 });
  const gateway = await startGateway(settings, {
    log: {
      keepMail: (mail) => keepMail(db, mail, newId('mail')),
      recordAttempts: (attempts) => recordAttempts(db, attempts),
    },
    clock: systemClock,
    raiseWalls: () => raiseWalls({ instance: settings.instance, relay: settings.database !== null }),
    complain: (error, what) => logger.error({ err: error }, what),
  });
  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'stopping');
    gateway
      .close()
      .then(() => db.end())
      .then(
        () => destination.flush(() => process.exit(0)),
        () => process.exit(1),
      );
  };
  // An installation that was deleted by hand leaves nobody who could stop its gateway, and an open door keeps its address from others.
  setInterval(() => {
    if (!existsSync(process.argv[2] ?? '')) stop('SIGTERM');
  }, WATCH_MILLISECONDS).unref();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  say({ ready: true });
} catch (error) {
  const failure = asFailure(error);
  logger.error({ err: error }, 'the gateway did not start');
  say({ ready: false, failure: failure.toJSON() });
  process.exitCode = 1;
}
