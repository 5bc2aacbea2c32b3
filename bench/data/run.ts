/**
 * What a sanitised snapshot and its restore cost beside plain pg_dump and pg_restore of the same database on the same server, in
 * turns. `node bench/data/run.ts [copies of the business] [rounds]`; writes results.md. Real Odoo schema, invented business.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { newId, systemClock } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openFolderStore } from '../../packages/server/src/drivers/blobs/folder/index.ts';
import { openCopier } from '../../packages/server/src/drivers/databases/postgres/copy/index.ts';
import { openPostgres } from '../../packages/server/src/drivers/databases/postgres/index.ts';
import { openRepository, readManifest } from '../../packages/server/src/snapshot/repository.ts';
import { restoreSnapshot } from '../../packages/server/src/snapshot/restore-snapshot.ts';
import { company } from '../../test/setup/company.ts';
import { inDatabase, onServer } from '../../test/setup/database.ts';
import { judged, quantile, row } from '../shared/figures.ts';
import { multiply } from './multiply.ts';
import { switchOff } from './switch-off.ts';

const run = promisify(execFile);
/** 3,800 copies are about 1.5 GB. */
const COPIES = Number(process.argv[2] ?? 3800);
const ROUNDS = Number(process.argv[3] ?? 3);
const KEY = new Secret('k'.repeat(40));
const FILL = join(import.meta.dirname, '../../test/setup/company-data.py');
const started = Date.now();
const loadAtStart = loadavg()[0] ?? 0;
const say = (text: string): void =>
  console.error(`[${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s] ${text}`);
const timed = async <T>(work: () => Promise<T>): Promise<{ readonly seconds: number; readonly result: T }> => {
  const began = performance.now();
  const result = await work();
  return { seconds: (performance.now() - began) / 1000, result };
};

interface Once {
  readonly id: string;
  readonly bytes: number;
  readonly storedBytes: number;
  readonly rows: number;
  readonly seconds: number;
  readonly planned: number;
  readonly megabytes: number;
}

const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
const socket = join(folder, 'socket');
await mkdir(socket);
await chmod(socket, 0o777);
/** Both ways go over a socket, as Slipway does with a server that it runs itself. */
const server = await company(socket);
const admin = inDatabase(server.url, 'postgres');
const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => onServer(url, work);
const sql = (text: string): Promise<unknown> => withClient(admin, (client) => client.query(text));

/** A database with so many copies of a small business. */
const business = async (
  name: string,
  copies: number,
): Promise<{ readonly url: string; readonly megabytes: number }> => {
  await sql(`create database ${pg.escapeIdentifier(name)} template small`);
  const url = inDatabase(server.url, name);
  await withClient(server.url, (fresh) => withClient(url, (client) => multiply(client, fresh, copies)));
  const size = await withClient(url, (client) =>
    client.query('select pg_database_size(current_database())::float8 as bytes'),
  );
  return { url, megabytes: size.rows[0].bytes / 1_000_000 };
};

const storeFolder = (name: string): string => join(folder, name);
/** Into an empty store: nothing is there already. */
const exportOnce = async (kind: 'raw' | 'sanitised', url: string, store: string): Promise<Once> => {
  await rm(storeFolder(store), { recursive: true, force: true });
  const script = join(import.meta.dirname, 'once.ts');
  const { stdout } = await run(process.execPath, [script, kind, url, storeFolder(store)], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Once;
};

/** A new one each time, and none is dropped before the end: ext4 is slow at creating files for a while after many were deleted. */
let target = '';
let targets = 0;
const empty = async (): Promise<void> => {
  target = `target_${++targets}`;
  // As Odoo and Slipway make one, and as the source is.
  await sql(`create database ${target} template template0 lc_collate 'C'`);
};
const restoreOnce = async (id: string): Promise<void> => {
  const store = openFolderStore({ folder: storeFolder('sanitised'), newId, now: systemClock.now });
  const from = openRepository({ store, key: KEY, clock: systemClock, newId });
  const manifest = await readManifest(from, id);
  const to = { url: new Secret(inDatabase(server.url, target)) };
  const signal = new AbortController().signal;
  await restoreSnapshot({ manifest, from, copier: openCopier(), to, filestore: null, owner: null, signal });
};
/** The dump alone, to a file that is thrown away. */
const dumpAlone = (database: string): Promise<unknown> =>
  run('docker', [
    ...['exec', server.container, 'bash', '-c'],
    `${server.binaries}/pg_dump -h /tmp -U postgres -Fc -Z0 ${database} > /tmp/dump && rm /tmp/dump`,
  ]);
const plain = (database: string): Promise<unknown> => {
  const at = `-h /tmp -U postgres`;
  const pipe = `${server.binaries}/pg_dump ${at} -Fc -Z0 ${database} | ${server.binaries}/pg_restore ${at} -d ${target}`;
  return run('docker', ['exec', server.container, 'bash', '-o', 'pipefail', '-c', pipe], { maxBuffer: 2 ** 24 });
};

/** Handing out a ready copy, beside making one. */
const pool = async (): Promise<{ readonly taken: number[]; readonly made: number[] }> => {
  const access = { host: '127.0.0.1', port: 5432, socketFolder: null };
  const driver = openPostgres({ url: new Secret(admin), instance: 'bench', access });
  const [taken, made]: [number[], number[]] = [[], []];
  await driver.ensureRole('bench_role', new Secret('bench'), 'bench/a');
  await driver.clone({ from: 'small', to: 'bench_template', role: 'bench_role', owner: 'bench/template' });
  await driver.freeze('bench_template');
  for (let i = 0; i < 5; i++) {
    await driver.fill('bench_template', 1);
    const [a, b] = [`bench_taken_${i}`, `bench_made_${i}`];
    taken.push(
      (await timed(() => driver.take({ template: 'bench_template', to: a, role: 'bench_role', owner: 'bench/a' })))
        .seconds,
    );
    made.push((await timed(() => sql(`create database ${pg.escapeIdentifier(b)} template bench_template`))).seconds);
    await driver.drop(a);
    await sql(`drop database ${pg.escapeIdentifier(b)}`);
  }
  await driver.end();
  return { taken, made };
};

const median = (values: readonly number[]): number => quantile(values, 0.5);
const seconds = (values: readonly number[]): string => `${median(values).toFixed(2)} s`;
const spread = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)} s`;

try {
  say('a small business');
  await sql('create database small template company owner odoo');
  await server.odoo('small', ['shell', '--no-http'], await readFile(FILL, 'utf8'));
  const warm = await pool();
  say('copied many times');
  const quarter = await business('quarter', Math.ceil(COPIES / 4));
  const large = await business('large', COPIES);
  say(`${quarter.megabytes.toFixed(0)} MB and ${large.megabytes.toFixed(0)} MB`);
  // It would go over what one way left while the other is timed.
  await sql('alter system set autovacuum = off');
  await sql('select pg_reload_conf()');
  const [raw, sanitised]: [Once[], Once[]] = [[], []];
  const [restored, baseline, dumped]: [number[], number[], number[]] = [[], [], []];
  for (let i = 1; i <= ROUNDS; i++) {
    await empty();
    baseline.push((await timed(() => plain('large'))).seconds);
    dumped.push((await timed(() => dumpAlone('large'))).seconds);
    raw.push(await exportOnce('raw', large.url, 'raw'));
    const one = await exportOnce('sanitised', large.url, 'sanitised');
    sanitised.push(one);
    await empty();
    restored.push((await timed(() => restoreOnce(one.id))).seconds);
    say(
      `round ${i}: plain ${baseline.at(-1)?.toFixed(1)}, raw ${raw.at(-1)?.seconds.toFixed(1)}, sanitised ${one.seconds.toFixed(1)}, restored ${restored.at(-1)?.toFixed(1)} s`,
    );
  }
  const small = await exportOnce('sanitised', quarter.url, 'quarter');
  say('neutralised, as staging would be');
  const off = await switchOff(inDatabase(server.url, target), server.odooImage);
  const whole = sanitised.map((one, i) => one.seconds + (restored[i] ?? 0));
  const ratio = median(whole) / median(baseline);
  const masking = median(sanitised.map((one) => one.seconds)) / median(raw.map((one) => one.seconds));
  const memory = Math.max(...sanitised.map(({ megabytes }) => megabytes));
  const text = [
    '# Snapshot benchmark',
    '',
    `Made by \`node bench/data/run.ts\`. ${cpus().length} cores, load average ${loadAtStart.toFixed(1)} before and ${loadavg()[0]?.toFixed(1)} at the end; ${ROUNDS} rounds in turns; PostgreSQL 17 in Docker, fsync and autovacuum off.`,
    `A real Odoo 19 schema of 246 modules, ${large.megabytes.toFixed(0)} MB, ${sanitised[0]?.rows} rows, invented business.`,
    '',
    '| what | median | range | aim |',
    '| --- | --- | --- | --- |',
    row('`pg_dump -Fc -Z0 \\| pg_restore`', seconds(baseline), spread(baseline), ''),
    row(
      'sanitised snapshot, looked through, encrypted',
      seconds(sanitised.map((one) => one.seconds)),
      spread(sanitised.map((one) => one.seconds)),
      '',
    ),
    row('of which plan and dictionary', seconds(sanitised.map(({ planned }) => planned)), '', ''),
    row('its restore', seconds(restored), spread(restored), ''),
    row('snapshot and restore beside plain', ratio.toFixed(2), '', `≤ 0.9: ${judged(ratio <= 0.9)}`),
    row(
      'raw snapshot with the same driver',
      seconds(raw.map((one) => one.seconds)),
      spread(raw.map((one) => one.seconds)),
      '',
    ),
    row('sanitised beside raw', masking.toFixed(2), '', `≤ 1.5: ${judged(masking <= 1.5)}`),
    row('`pg_dump -Fc -Z0` to a file', seconds(dumped), spread(dumped), ''),
    row('sanitised beside that', (median(sanitised.map((one) => one.seconds)) / median(dumped)).toFixed(2), '', ''),
    row(
      'stored',
      `${((sanitised[0]?.storedBytes ?? 0) / 1e6).toFixed(0)} MB`,
      `raw ${((raw[0]?.storedBytes ?? 0) / 1e6).toFixed(0)} MB`,
      '',
    ),
    row(
      `memory of the exporter at ${large.megabytes.toFixed(0)} MB`,
      `${memory.toFixed(0)} MB`,
      `${small.megabytes.toFixed(0)} MB at ${quarter.megabytes.toFixed(0)} MB`,
      `flat: ${judged(memory <= small.megabytes * 1.25)}`,
    ),
    row(
      'handing out a database from the warm pool',
      `${(median(warm.taken) * 1000).toFixed(0)} ms`,
      spread(warm.taken),
      `< 100 ms: ${judged(median(warm.taken) < 0.1)}`,
    ),
    row('`create database … template` of it', seconds(warm.made), spread(warm.made), ''),
    row(
      'neutralising the restored copy',
      `${off.neutralised.toFixed(2)} s`,
      '',
      `< 2 s: ${judged(off.neutralised < 2)}`,
    ),
    row('checking that it is', `${off.checked.toFixed(2)} s`, '', ''),
    '',
  ].join('\n');
  await writeFile(join(import.meta.dirname, 'results.md'), text);
  process.stdout.write(text);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
