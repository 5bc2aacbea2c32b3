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

const COLUMNS = `project, stage, environment, name, version, key_id as "keyId", nonce, ciphertext, updated_at as "updatedAt",
  updated_by as "updatedBy"`;
const ADDRESS = 'project = $1 and stage = $2 and environment = $3 and name = $4';
const INSERT = `insert into ops.secrets as s (project, stage, environment, name, key_id, nonce, ciphertext, updated_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8)`;

const addressOf = (a: SecretAddress): string[] => [a.project, a.stage, a.environment, a.name];
const valuesOf = (s: SealedSecret): unknown[] => [...addressOf(s), s.keyId, s.nonce, s.ciphertext, s.updatedBy];

/** The table that drivers/secrets works on; it cannot read what it holds. */
export const secretRows = (pool: Pool) => ({
  find: (address: SecretAddress) =>
    queryOne<SecretRow>(pool, `select ${COLUMNS} from ops.secrets where ${ADDRESS}`, addressOf(address)),
  list: () => query<SecretRow>(pool, `select ${COLUMNS} from ops.secrets order by project, stage, environment, name`),
  /** Sets or replaces. */
  put: async (sealed: SealedSecret): Promise<SecretRow> => {
    const [row] = await query<SecretRow>(
      pool,
      `${INSERT} on conflict (project, stage, environment, name) do update set version = s.version + 1, key_id = excluded.key_id,
         nonce = excluded.nonce, ciphertext = excluded.ciphertext, updated_by = excluded.updated_by, updated_at = now()
       returning ${COLUMNS}`,
      valuesOf(sealed),
    );
    return row as SecretRow;
  },
  /** Keeps the first of several that are made at once, and answers that one. */
  putIfAbsent: (sealed: SealedSecret): Promise<SecretRow> => putIfAbsent(pool, sealed),
  /** True if there was one. */
  remove: async (address: SecretAddress): Promise<boolean> =>
    (await query(pool, `delete from ops.secrets where ${ADDRESS} returning name`, addressOf(address))).length > 0,
  removeEnvironment: async (project: string, environment: string): Promise<void> => {
    await query(pool, `delete from ops.secrets where project = $1 and environment = $2 and environment <> ''`, [
      project,
      environment,
    ]);
  },
  /** Replaces what `reseal` answers, all or nothing; nobody can set a secret meanwhile. Answers how many were replaced. */
  rewriteAll: (reseal: (row: SecretRow) => SealedSecret | null): Promise<number> => rewriteAll(pool, reseal),
});

const putIfAbsent = (pool: Pool, sealed: SealedSecret): Promise<SecretRow> =>
  inTransaction(pool, async (tx) => {
    await query(tx, `${INSERT} on conflict do nothing`, valuesOf(sealed));
    const row = await queryOne<SecretRow>(tx, `select ${COLUMNS} from ops.secrets where ${ADDRESS}`, addressOf(sealed));
    return row as SecretRow;
  });

const rewriteAll = (pool: Pool, reseal: (row: SecretRow) => SealedSecret | null): Promise<number> =>
  inTransaction(pool, async (tx: Queryable) => {
    await query(tx, 'lock table ops.secrets in share row exclusive mode');
    const rows = await query<SecretRow>(tx, `select ${COLUMNS} from ops.secrets`);
    let count = 0;
    for (const sealed of rows.map(reseal)) {
      if (sealed === null) continue;
      const values = [...addressOf(sealed), sealed.keyId, sealed.nonce, sealed.ciphertext];
      await query(tx, `update ops.secrets set key_id = $5, nonce = $6, ciphertext = $7 where ${ADDRESS}`, values);
      count++;
    }
    return count;
  });
