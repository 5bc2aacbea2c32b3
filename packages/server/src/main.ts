/** The composition root: the only file that picks drivers. `node main.ts [up|purge|image-build]`; settings come from the environment. */
import { mkdirSync } from 'node:fs';
import { asFailure } from '@slipway/contracts/failure';
import { pino } from 'pino';
import { readSettings } from './config.ts';
import { systemClock } from './domain/clock.ts';
import { LogFile } from './drivers/shared/log-file.ts';
import { dataPaths } from './paths.ts';
import { makeImages } from './start/make-images.ts';
import { goFirst } from './start/priority.ts';
import { progress } from './start/progress.ts';
import { purge } from './start/purge.ts';
import { startSlipway } from './start/start-slipway.ts';

const COMMANDS = ['up', 'purge', 'image-build'] as const;

const main = async (): Promise<void> => {
  const command = process.argv[2] ?? 'up';
  const settings = readSettings();
  mkdirSync(settings.data, { recursive: true, mode: 0o700 });
  const log = new LogFile({ file: dataPaths(settings.data).serverLog, ...settings.logFiles }, systemClock);
  const logger = pino({ level: settings.logLevel }, log);
  if (command === 'purge') return purge(settings, logger);
  if (command === 'image-build') return makeImages(settings);
  if (command !== 'up') throw new Error(`unknown command ${command}; known: ${COMMANDS.join(', ')}`);
  goFirst();
  const running = await startSlipway(settings, logger);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      progress('stopping');
      void running
        .stop()
        .then(() => log.close())
        .then(() => process.exit(0));
    });
};

main().catch((error: unknown) => {
  const failure = asFailure(error, 'start');
  const detail = failure.code === 'internal' ? `: ${error instanceof Error ? error.message : String(error)}` : '';
  process.stdout.write(
    `${JSON.stringify({ error: failure.message + detail, code: failure.code, hint: failure.hint })}\n`,
  );
  if (process.env['SLIPWAY_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
