import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimRun } from './claim-run.ts';
import { upsertPreview } from './environments.ts';
import { journal, readSteps } from './journal.ts';
import { migrate } from './migrate.ts';
import { saveProject } from './projects.ts';
import { openPool, query } from './queryable.ts';
import { enqueueRun, finishRun, readRun } from './runs.ts';

/** The other end of the supported versions: the tests of test/store run on the host's PostgreSQL, the one that Slipway brings itself is a 17. */
const IMAGES = ['slipway/postgres:17', 'postgres:17'];
const run = promisify(execFile);
const docker = async (...parameters: string[]): Promise<string> => (await run('docker', parameters)).stdout.trim();
const name = `slipway-test-pg17-${randomBytes(4).toString('hex')}`;
let pool: Pool;

const SCRIPT =
  'bin=/usr/lib/postgresql/17/bin; "$bin/initdb" -D /tmp/data -U slipway -A trust --no-sync >/dev/null && exec "$bin/postgres" -D /tmp/data -c listen_addresses=0.0.0.0 -c fsync=off -c unix_socket_directories=/tmp';

beforeAll(async () => {
  const present = (await docker('images', '--format', '{{.Repository}}:{{.Tag}}')).split('\n');
  const image = IMAGES.find((candidate) => present.includes(candidate));
  if (image === undefined)
    throw new Error(`this test needs one of the images ${IMAGES.join(', ')}: slipway image build`);
  await docker(
    'run',
    '-d',
    '--rm',
    '--name',
    name,
    '--user',
    'postgres',
    '-p',
    '127.0.0.1::5432',
    '--entrypoint',
    'sh',
    image,
    '-c',
    SCRIPT,
  );
  const port = (await docker('port', name, '5432/tcp')).split('\n')[0]?.split(':').at(-1);
  // Connections come from outside the container: the server is told to trust them, it lives for a minute and on loopback only.
  await ready();
  await docker('exec', name, 'sh', '-c', 'echo "host all all all trust" >> /tmp/data/pg_hba.conf && kill -HUP 1');
  pool = openPool(`postgres://slipway@127.0.0.1:${port}/postgres`, { max: 4 });
});
afterAll(async () => {
  await pool?.end();
  await docker('rm', '-f', '-v', name).catch(() => undefined);
});

const ready = async (): Promise<void> => {
  for (let n = 0; n < 150; n++) {
    const answer = await docker('exec', name, '/usr/lib/postgresql/17/bin/pg_isready', '-h', '/tmp', '-q').then(
      () => true,
      () => false,
    );
    if (answer) return;
    await sleep(200);
  }
  throw new Error(`PostgreSQL in ${name} did not start: ${await docker('logs', name)}`);
};

test('PostgreSQL 17: up, down and up again, and a run goes from the queue to its end', async () => {
  const [version] = await query<{ server_version: string }>(pool, 'show server_version');
  expect(version?.server_version).toMatch(/^17\./);

  await migrate(pool);
  await migrate(pool, { to: 0 });
  await migrate(pool);
  const config = { version: 1 } as never;
  await saveProject(pool, { name: 'shop', config, source: {}, folder: null });
  await upsertPreview(pool, {
    id: 'shop/pr-1',
    project: 'shop',
    number: 1,
    title: null,
    branch: 'fix',
    base: 'main',
    author: null,
    fork: false,
    headSha: 'x',
    headUpdatedAt: null,
    database: 'odoo_pr_1',
    role: 'odoo_pr_1',
    host: 'pr-1.localhost',
    url: 'http://pr-1.localhost',
  });
  await enqueueRun(pool, {
    id: 'run_1',
    project: 'shop',
    environment: 'shop/pr-1',
    kind: 'open-preview',
    sha: 'x',
    requestedBy: 'ada',
    facts: {},
  });
  const claimed = await claimRun(pool, { owner: 'one', leaseSeconds: 60, limits: { builds: 1 } });
  const book = journal(pool, 'run_1', claimed?.fence ?? 0);
  await book.begin(0, { name: 'a', kind: 'a', input: {} });
  await book.done(0, { note: 'well', receipt: {} }, 1, undefined, [
    { path: 'a', sha256: 'a', bytes: 1, createdAt: '2026-11-21T10:00:00.000Z' },
  ]);
  await finishRun(pool, { run: 'run_1', fence: claimed?.fence ?? 0, state: 'succeeded' });

  expect(await readRun(pool, 'run_1')).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await readSteps(pool, 'run_1')).toMatchObject([{ state: 'done' }]);
  await expect(query(pool, 'delete from ops.artifacts')).rejects.toThrow('append-only');
});
