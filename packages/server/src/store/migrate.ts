import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { Pool, PoolClient } from 'pg';
import { connect, type Queryable } from './queryable.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly up: string;
  readonly down: string;
  /** SHA-256 of the up file's bytes. */
  readonly sha256: string;
}

export interface MigrationStatus {
  readonly number: number;
  readonly name: string;
  /** ISO 8601, or null when it was not applied yet. */
  readonly appliedAt: string | null;
}

const FOLDER = join(import.meta.dirname, 'migrations');
const FILE = /^(\d{4})-([a-z0-9-]+)\.up\.sql$/;

/** The numbered files of a folder, in order: 0001, 0002, … without a gap, each with its way back. */
export const readMigrations = async (folder = FOLDER): Promise<Migration[]> => {
  const found: Migration[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const match = FILE.exec(file);
    if (match === null) continue;
    const up = await readFile(join(folder, file), 'utf8');
    const down = await readFile(join(folder, file.replace('.up.sql', '.down.sql')), 'utf8');
    const sha256 = createHash('sha256').update(up).digest('hex');
    found.push({ number: Number(match[1]), name: match[2] as string, up, down, sha256 });
  }
  const gap = found.findIndex((migration, index) => migration.number !== index + 1);
  if (gap !== -1)
    throw refuse(`migration files must be numbered without a gap; after ${gap} comes ${found[gap]?.number}`);
  return found;
};

/**
 * Brings the schema to `to` (default: the newest), upwards or downwards; 0 takes everything back. Safe to call from several processes at once.
 * Each file runs in a transaction of its own, so a failing one leaves the schema as it was before it.
 * Failure: database-refused, when an applied file was altered or the database is newer than this program.
 */
export const migrate = (
  pool: Pool,
  options: { readonly to?: number; readonly folder?: string } = {},
): Promise<readonly MigrationStatus[]> =>
  withLock(pool, async (client) => {
    const files = await readMigrations(options.folder);
    await client.query(BOOK);
    const applied = await readApplied(client);
    checkHistory(files, applied);
    const to = options.to ?? files.length;
    for (const file of files.slice(applied.length, to)) await apply(client, file);
    for (const file of files.slice(to, applied.length).reverse()) await takeBack(client, file);
    return statusOf(files, await readApplied(client));
  });

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly appliedAt: string;
}

/** The book is kept apart from the migrations, because it must be there before the first and after the last is taken back. */
const BOOK = `
  create schema if not exists ops;
  create table if not exists ops.schema_migrations (
    number integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
  );
  alter table ops.schema_migrations enable row level security;
  revoke all on ops.schema_migrations from public;`;

const readApplied = async (db: Queryable): Promise<Applied[]> => {
  const { rows } = await db.query('select number, name, sha256, applied_at from ops.schema_migrations order by number');
  return rows.map(({ applied_at, ...row }) => ({ ...row, appliedAt: (applied_at as Date).toISOString() }) as Applied);
};

const checkHistory = (files: readonly Migration[], applied: readonly Applied[]): void => {
  for (const row of applied) {
    const file = files[row.number - 1];
    if (file === undefined)
      throw refuse(
        `the database has migration ${row.number} (${row.name}), which this version does not know: it is too old`,
      );
    if (file.sha256 !== row.sha256)
      throw refuse(
        `migration ${row.number} (${row.name}) was altered after it was applied; put the file back and add a new one`,
      );
  }
};

const apply = (client: PoolClient, file: Migration): Promise<void> =>
  inOneTransaction(client, file.up, 'insert into ops.schema_migrations (number, name, sha256) values ($1, $2, $3)', [
    file.number,
    file.name,
    file.sha256,
  ]);

const takeBack = (client: PoolClient, file: Migration): Promise<void> =>
  inOneTransaction(client, file.down, 'delete from ops.schema_migrations where number = $1', [file.number]);

const inOneTransaction = async (client: PoolClient, script: string, note: string, values: unknown[]): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(script);
    await client.query(note, values);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
};

/** Held by the session, not by a transaction: it must outlast the transactions of the single files. */
const withLock = async <T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> => {
  const client = await connect(pool);
  try {
    await client.query("select pg_advisory_lock(hashtextextended('slipway.migrate', 0))");
    return await work(client);
  } finally {
    // Destroying the connection frees the lock, whatever state it is in.
    client.release(true);
  }
};

const statusOf = (files: readonly Migration[], applied: readonly Applied[]): MigrationStatus[] =>
  files.map(({ number, name }) => ({
    number,
    name,
    appliedAt: applied.find((row) => row.number === number)?.appliedAt ?? null,
  }));

const refuse = (reason: string): Failure => new Failure('database-refused', { reason });
