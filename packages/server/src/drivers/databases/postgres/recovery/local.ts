import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { RecoveryPlace } from '../../../../ports/recovery-servers.ts';
import { runCommand } from '../../../shared/run-command.ts';
import { dataIn, exists, type Started } from './places.ts';

const LAST_CHARACTERS = 4000;
/** PostgreSQL refuses to be root. */
const asPostgres = (program: string, ...parameters: readonly string[]): readonly [string, readonly string[]] =>
  process.getuid?.() === 0
    ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...parameters]]
    : [program, parameters];

export const startLocal = async ({ folder }: RecoveryPlace, binaries: string): Promise<Started> => {
  if (process.getuid?.() === 0) await mustWork('chown', ['-R', 'postgres:postgres', folder]);
  const stopping = new AbortController();
  let said = '';
  const [file, parameters] = asPostgres(join(binaries, 'postgres'), '-D', dataIn(folder));
  let ended = false;
  const running = runCommand(file, parameters, {
    cwd: '/',
    env: { LC_ALL: 'C.UTF-8' },
    signal: stopping.signal,
    maxBytes: LAST_CHARACTERS,
    onLine: (line) => {
      said = `${said}${line}\n`.slice(-LAST_CHARACTERS);
    },
  })
    // However it ended, what it said is what there is to know.
    .catch((error: unknown) => {
      said += String(error);
    })
    .finally(() => {
      ended = true;
    });
  return {
    said: async () => said.trim().split('\n').slice(-5).join(' '),
    hasEnded: async () => ended,
    stop: async () => {
      await stopAt(binaries, folder);
      stopping.abort();
      await running;
    },
  };
};

/** Also one that a former process of ours started: it is found by the file that PostgreSQL leaves in its folder. */
export const removeLocal = async (programs: string, folder: string): Promise<void> => {
  if (!(await exists(join(dataIn(folder), 'postmaster.pid')))) return;
  for (const version of await readdir(programs).catch(() => []))
    if (await exists(join(programs, version, 'bin/pg_ctl'))) await stopAt(join(programs, version, 'bin'), folder);
};

const stopAt = async (binaries: string, folder: string): Promise<void> => {
  const [file, parameters] = asPostgres(
    join(binaries, 'pg_ctl'),
    ...['-D', dataIn(folder), '-m', 'immediate', '-w', '-t', '30', 'stop'],
  );
  await runCommand(file, parameters, { cwd: '/', timeoutSeconds: 40 });
};

const mustWork = async (file: string, parameters: readonly string[]): Promise<void> => {
  const { exitCode, stderr } = await runCommand(file, parameters, { timeoutSeconds: 600 });
  if (exitCode !== 0) throw new Failure('recovery-impossible', { reason: stderr.trim() });
};
