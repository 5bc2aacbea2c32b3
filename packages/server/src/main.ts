/** The composition root: the only file that picks drivers. `node main.ts [up|purge|image-build]`; settings come from the environment. */
import { mkdirSync } from 'node:fs';
import { asFailure } from '@slipway/contracts/failure';
import pino from 'pino';
import { readSettings } from './config.ts';
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
  const logger = pino(
    { level: settings.logLevel },
    pino.destination({ dest: `${settings.data}/server.log`, mkdir: true }),
  );
  if (command === 'purge') return purge(settings, logger);
  if (command === 'image-build') return makeImages(settings);
  if (command !== 'up') throw new Error(`unknown command ${command}; known: ${COMMANDS.join(', ')}`);
  goFirst();
  const running = await startSlipway(settings, logger);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      progress('stopping');
      void running.stop().then(() => process.exit(0));
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
