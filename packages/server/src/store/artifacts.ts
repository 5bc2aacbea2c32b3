import { createHash } from 'node:crypto';
import { inTransaction, LOCKS, type Queryable, query, queryOne } from './queryable.ts';

/** A file of evidence, written and safe on disk. `path` is relative to the evidence folder, with `/`. */
export interface ArtifactFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** ISO 8601 with milliseconds. */
  readonly createdAt: string;
}

export interface Artifact extends ArtifactFile {
  /** 1, 2, 3 … over the whole installation, without a gap. */
  readonly sequence: number;
  readonly run: string;
  readonly previousChain: string;
  readonly chain: string;
}

const COLUMNS = `sequence, run, path, sha256, bytes, previous_chain as "previousChain", chain, created_at as "createdAt"`;

/** What stands before the first link. */
export const GENESIS = '0'.repeat(64);

/** A link of the chain: SHA-256 over a JSON array, so that no two different rows are the same text. */
export const chainOf = (previous: string, run: string, file: ArtifactFile): string =>
  createHash('sha256')
    .update(JSON.stringify([previous, run, file.path, file.sha256, file.bytes, file.createdAt]))
    .digest('hex');

/**
 * Adds links for files, in their order; a path that is recorded with the same content is left alone. One chain for all runs, so the
 * lock is held to the end of the transaction: keep that short.
 */
export const appendArtifacts = (db: Queryable, run: string, files: readonly ArtifactFile[]): Promise<readonly Artifact[]> =>
  inTransaction(db, async (tx) => {
    if (files.length === 0) return [];
    await query(tx, 'select pg_advisory_xact_lock($1)', [LOCKS.evidence]);
    const known = await artifactsByPath(tx, files.map((file) => file.path));
    const fresh = files.filter((file) => known.get(file.path)?.sha256 !== file.sha256);
    const appended: Artifact[] = [];
    let last = await lastArtifact(tx);
    for (const file of fresh) {
      last = await append(tx, run, file, last);
      appended.push(last);
    }
    return appended;
  });

const append = async (tx: Queryable, run: string, file: ArtifactFile, last: Artifact | null): Promise<Artifact> => {
  const previous = last?.chain ?? GENESIS;
  const [row] = await query<Artifact>(
    tx,
    `insert into ops.artifacts (sequence, run, path, sha256, bytes, previous_chain, chain, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${COLUMNS}`,
    [
      (last?.sequence ?? 0) + 1,
      run,
      file.path,
      file.sha256,
      file.bytes,
      previous,
      chainOf(previous, run, file),
      file.createdAt,
    ],
  );
  return row as Artifact;
};

export const lastArtifact = (db: Queryable): Promise<Artifact | null> =>
  queryOne(db, `select ${COLUMNS} from ops.artifacts order by sequence desc limit 1`);

export const artifactsByPath = async (db: Queryable, paths: readonly string[]): Promise<Map<string, Artifact>> => {
  const rows = await query<Artifact>(db, `select ${COLUMNS} from ops.artifacts where path = any($1)`, [paths]);
  return new Map(rows.map((row) => [row.path, row]));
};

/** Of one run, oldest first. */
export const listArtifacts = (db: Queryable, run: string): Promise<Artifact[]> =>
  query(db, `select ${COLUMNS} from ops.artifacts where run = $1 order by sequence`, [run]);

/** The chain from a link on, a page at a time. */
export const readChain = (db: Queryable, after: number, limit: number): Promise<Artifact[]> =>
  query(db, `select ${COLUMNS} from ops.artifacts where sequence > $1 order by sequence limit $2`, [after, limit]);

/** Runs that have evidence, newest first. */
export const listEvidenceRuns = (
  db: Queryable,
  limit: number,
): Promise<{ readonly run: string; readonly kind: string }[]> =>
  query(
    db,
    `select r.id as run, r.kind from ops.runs r where exists (select from ops.artifacts a where a.run = r.id)
     order by r.sequence desc limit $1`,
    [limit],
  );
