import type { PoolClient } from 'pg';
import { type Queryable, query, queryOne } from './queryable.ts';

/** What the chain was when a run was sealed. */
export interface EvidenceHead {
  /** 1, 2, 3 … over the whole installation, without a gap. */
  readonly number: number;
  readonly run: string;
  /** The last link of the chain then, of whichever run. */
  readonly sequence: number;
  readonly chain: string;
  /** Hash of the head before. */
  readonly previous: string;
  /** ISO 8601 with milliseconds; kept as text, because it is signed as text. */
  readonly sealedAt: string;
  /** Which key signed. */
  readonly key: string;
}

export interface SignedHead extends EvidenceHead {
  /** Of the file that says the same, relative to the evidence folder. */
  readonly path: string;
  /** Base64. */
  readonly signature: string;
}

const COLUMNS = 'number, run, path, sequence, chain, previous, sealed_at as "sealedAt", key, signature';

/** Under the chain's lock only. */
export const appendHead = async (tx: PoolClient, head: SignedHead): Promise<void> => {
  await query(
    tx,
    `insert into ops.evidence_heads (number, run, path, sequence, chain, previous, sealed_at, key, signature)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      head.number,
      head.run,
      head.path,
      head.sequence,
      head.chain,
      head.previous,
      head.sealedAt,
      head.key,
      head.signature,
    ],
  );
};

export const newestHead = (db: Queryable): Promise<SignedHead | null> =>
  queryOne(db, `select ${COLUMNS} from ops.evidence_heads order by number desc limit 1`);

/** Of one run, oldest first: a run that wrote on after it was sealed, because of a crash, has several. */
export const headsOfRun = (db: Queryable, run: string): Promise<SignedHead[]> =>
  query(db, `select ${COLUMNS} from ops.evidence_heads where run = $1 order by number`, [run]);

export const readHeads = (db: Queryable): Promise<SignedHead[]> =>
  query(db, `select ${COLUMNS} from ops.evidence_heads order by number`);

/**
 * Runs that were begun and have ended without a head that covers all of their entries. What was written before there were heads is no such
 * run: the first head covers it.
 */
export const unsealedRuns = (db: Queryable): Promise<{ readonly run: string; readonly path: string | null }[]> =>
  query(
    db,
    `select r.id as run, (select path from ops.artifacts a where a.run = r.id order by sequence desc limit 1) as path
     from ops.runs r
       left join lateral (select max(sequence) as last from ops.artifacts a where a.run = r.id) entries on true
       left join lateral (select max(sequence) as covered from ops.evidence_heads h where h.run = r.id) heads on true
     where r.state not in ('queued', 'running') and r.started_at is not null
       and (select count(*) from ops.evidence_heads) > 0
       and coalesce(heads.covered, 0) < coalesce(entries.last, 1)
       and not coalesce(heads.covered is null and entries.last <= (select sequence from ops.evidence_heads where number = 1), false)
     order by r.sequence`,
  );
