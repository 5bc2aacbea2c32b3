import type { Pool } from 'pg';
import { inTransaction, type Queryable, query, queryOne } from './queryable.ts';

/** Whose secret: of a stage (`environment` is '') or of one environment (`stage` is ''). */
export interface SecretAddress {
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
  readonly name: string;
}

/** As it lies here: encrypted, so a copy of this table is worth nothing without the key file. */
export interface SecretRow extends SecretAddress {
  readonly version: number;
  readonly keyId: string;
  readonly nonce: Buffer;
  /** With the authentication tag at its end. */
  readonly ciphertext: Buffer;
  /** ISO 8601. */
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export type SealedSecret = Pick<SecretRow, keyof SecretAddress | 'keyId' | 'nonce' | 'ciphertext' | 'updatedBy'>;

const ADDRESS = 'project = $1 and stage = $2 and environment = $3 and name = $4';
const INSERT = `insert into ops.secrets as s (project, stage, environment, name, key_id, nonce, ciphertext, updated_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8)`;

const addressOf = (a: SecretAddress): string[] => [a.project, a.stage, a.environment, a.name];
const valuesOf = (s: SealedSecret): unknown[] => [...addressOf(s), s.keyId, s.nonce, s.ciphertext, s.updatedBy];
const toRow = (row: Readonly<Record<string, unknown>>): SecretRow => ({
  project: row['project'] as string,
  stage: row['stage'] as string,
  environment: row['environment'] as string,
  name: row['name'] as string,
  version: row['version'] as number,
  keyId: row['key_id'] as string,
  nonce: row['nonce'] as Buffer,
  ciphertext: row['ciphertext'] as Buffer,
  updatedAt: (row['updated_at'] as Date).toISOString(),
  updatedBy: row['updated_by'] as string,
});

const MANY = `select s.* from unnest($1::text[], $2::text[], $3::text[], $4::text[]) wanted (project, stage, environment, name)
  join ops.secrets s using (project, stage, environment, name)`;
const idOf = (address: SecretAddress): string => JSON.stringify(addressOf(address));

/** What is looked for in one moment is one statement: a list of a hundred previews looks for a hundred passwords. */
const findTogether = (pool: Pool): ((address: SecretAddress) => Promise<SecretRow | null>) => {
  let waiting: { readonly addresses: SecretAddress[]; readonly found: Promise<ReadonlyMap<string, SecretRow>> } | null =
    null;
  const ask = async (addresses: readonly SecretAddress[]): Promise<ReadonlyMap<string, SecretRow>> => {
    await new Promise((resolve) => setImmediate(resolve));
    waiting = null;
    const columns = ([0, 1, 2, 3] as const).map((at) => addresses.map((address) => addressOf(address)[at]));
    const { rows } = await pool.query(MANY, columns);
    return new Map(rows.map(toRow).map((row) => [idOf(row), row]));
  };
  return async (address) => {
    if (waiting === null) {
      const addresses: SecretAddress[] = [];
      waiting = { addresses, found: ask(addresses) };
    }
    waiting.addresses.push(address);
    return (await waiting.found).get(idOf(address)) ?? null;
  };
};

/** The table that drivers/secrets works on; it cannot read what it holds. */
export const secretRows = (pool: Pool) => ({
  find: findTogether(pool),
  list: async (): Promise<SecretRow[]> => {
    const { rows } = await pool.query('select * from ops.secrets order by project, stage, environment, name');
    return rows.map(toRow);
  },
  /** Sets or replaces. */
  put: async (sealed: SealedSecret): Promise<SecretRow> => {
    const { rows } = await pool.query(
      `${INSERT} on conflict (project, stage, environment, name) do update set version = s.version + 1, key_id = excluded.key_id,
         nonce = excluded.nonce, ciphertext = excluded.ciphertext, updated_by = excluded.updated_by, updated_at = now()
       returning *`,
      valuesOf(sealed),
    );
    return toRow(rows[0]);
  },
  /** Keeps the first of several that are made at once, and answers that one. */
  putIfAbsent: (sealed: SealedSecret): Promise<SecretRow> => putIfAbsent(pool, sealed),
  removeEnvironment: async (project: string, environment: string): Promise<void> => {
    await pool.query(`delete from ops.secrets where project = $1 and environment = $2 and environment <> ''`, [
      project,
      environment,
    ]);
  },
  /** All or nothing, while nobody else can set a secret or be in here. */
  exclusively: <T>(work: (locked: LockedSecrets) => Promise<T>): Promise<T> => exclusively(pool, work),
});

export interface LockedSecrets {
  list(): Promise<SecretRow[]>;
  /** Another sealing of the same value: the version stays. */
  replace(sealed: SealedSecret): Promise<void>;
}

const putIfAbsent = (pool: Pool, sealed: SealedSecret): Promise<SecretRow> =>
  inTransaction(pool, async (tx) => {
    await tx.query(`${INSERT} on conflict do nothing`, valuesOf(sealed));
    const { rows } = await tx.query(`select * from ops.secrets where ${ADDRESS}`, addressOf(sealed));
    return toRow(rows[0]);
  });

const exclusively = <T>(pool: Pool, work: (locked: LockedSecrets) => Promise<T>): Promise<T> =>
  inTransaction(pool, async (tx) => {
    await tx.query('lock table ops.secrets in share row exclusive mode');
    return work({
      list: async () => (await tx.query('select * from ops.secrets')).rows.map(toRow),
      replace: async (sealed) => {
        const values = [...addressOf(sealed), sealed.keyId, sealed.nonce, sealed.ciphertext];
        await tx.query(`update ops.secrets set key_id = $5, nonce = $6, ciphertext = $7 where ${ADDRESS}`, values);
      },
    });
  });

/** Of those that people set for a stage, without their values. */
export const secretNames = async (db: Queryable, project: string, stage: string): Promise<string[]> =>
  (
    await query<{ name: string }>(
      db,
      `select name from ops.secrets where project = $1 and stage = $2 and environment = '' order by name`,
      [project, stage],
    )
  ).map(({ name }) => name);

export type RemovedSecret = Pick<SecretRow, 'name' | 'stage' | 'version' | 'updatedAt' | 'updatedBy'>;

/** One of a stage; null: there is none. What Slipway made for an environment goes with that. */
export const removeSecret = async (
  db: Queryable,
  { project, stage, name }: Pick<SecretAddress, 'project' | 'stage' | 'name'>,
): Promise<RemovedSecret | null> =>
  queryOne(
    db,
    `delete from ops.secrets where ${ADDRESS}
     returning name, stage, version, updated_at as "updatedAt", updated_by as "updatedBy"`,
    [project, stage, '', name],
  );
