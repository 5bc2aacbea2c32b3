import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { TEMPLATE_PREFIX } from './database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a PostgreSQL server for tests, as its superuser. */
    postgresUrl: string;
  }
}

const run = promisify(execFile);
const FOLDER = 'slipway-pg-';
const OWNER = 'owner';

/** One throw-away server for all test files; SLIPWAY_TEST_DATABASE_URL names another (its user must be superuser). */
const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  await removeOrphans();
  const given = process.env['SLIPWAY_TEST_DATABASE_URL'];
  const server = given === undefined ? await startPostgres() : { url: given, stop: async () => dropTemplates(given) };
  project.provide('postgresUrl', server.url);
  return server.stop;
};

// Vitest calls the default export of a global set-up file.
// biome-ignore lint/style/noDefaultExport: see above
export default setup;

/** Also for tests that need a server of their own, to stop and start it; `replication`: its log can be read. */
export const startPostgres = async ({
  replication = false,
} = {}): Promise<{
  readonly url: string;
  readonly socketFolder: string;
  readonly start: () => Promise<void>;
  readonly halt: () => Promise<void>;
  readonly stop: () => Promise<void>;
}> => {
  const binaries = postgresBinaries();
  const folder = await mkdtemp(join(tmpdir(), FOLDER));
  const data = join(folder, 'data');
  await writeFile(join(folder, OWNER), String(process.pid));
  // PostgreSQL refuses to run as root: hand the folder to the user that Debian's package made.
  if (process.getuid?.() === 0) await chown(folder, await idOf('-u'), await idOf('-g'));
  await chmod(folder, 0o755);
  const port = await freePort();
  await asPostgres(join(binaries, 'initdb'), [
    '-D',
    data,
    '-U',
    'slipway',
    '-A',
    'trust',
    '--no-sync',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  ]);
  const options = [
    `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=off`,
    '-c max_connections=200 -c shared_buffers=64MB',
    replication ? '' : '-c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0',
  ].join(' ');
  const control = (verb: readonly string[]) => asPostgres(join(binaries, 'pg_ctl'), ['-D', data, '-w', ...verb]);
  const start = () => control(['-l', join(folder, 'log'), '-o', options, 'start']);
  const halt = () => control(['-m', 'immediate', 'stop']);
  await start().catch(async (error: unknown) => {
    throw new Error(`PostgreSQL did not start: ${await readFile(join(folder, 'log'), 'utf8').catch(() => '')}`, {
      cause: error,
    });
  });
  const stop = async (): Promise<void> => {
    await halt().catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  };
  return { url: `postgres://slipway@127.0.0.1:${port}/postgres`, socketFolder: folder, start, halt, stop };
};

/** A test run that was killed could not stop its server: the next one does, when nobody of that process id is alive. */
const removeOrphans = async (): Promise<void> => {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER)) continue;
    const folder = join(tmpdir(), name);
    const owner = Number(await readFile(join(folder, OWNER), 'utf8').catch(() => ''));
    if (owner === 0 || isAlive(owner)) continue;
    await asPostgres(join(postgresBinaries(), 'pg_ctl'), ['-D', join(folder, 'data'), '-m', 'immediate', 'stop']).catch(
      () => undefined,
    );
    await rm(folder, { recursive: true, force: true });
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The newest of Debian's installed versions, or those on the PATH. */
const postgresBinaries = (): string => {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root)
    ? readdirSync(root)
        .map(Number)
        .filter((version) => version >= 15)
    : [];
  const found = [
    ...versions.sort((a, b) => b - a).map((version) => join(root, String(version), 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')));
  if (found === undefined)
    throw new Error(
      'The tests need PostgreSQL 15 or newer: apt-get install postgresql, or set SLIPWAY_TEST_DATABASE_URL',
    );
  return found;
};

/** Output goes nowhere: a server that inherited a pipe would keep the caller waiting for its end. */
const asPostgres = (program: string, parameters: readonly string[]): Promise<void> => {
  const root = process.getuid?.() === 0;
  const [file, list] = root
    ? ['runuser', ['-u', 'postgres', '--', program, ...parameters]]
    : [program, [...parameters]];
  return new Promise((resolve, reject) => {
    const child = spawn(file, list, { stdio: 'ignore', cwd: '/' });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${parameters.join(' ')} ended with ${code}`)),
    );
  });
};

const idOf = async (flag: '-u' | '-g'): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** A server that is not ours keeps nothing of us. */
const dropTemplates = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [
      TEMPLATE_PREFIX,
    ]);
    for (const { datname } of rows)
      await client.query(`drop database if exists ${pg.escapeIdentifier(datname)} with (force)`);
  } finally {
    await client.end();
  }
};
