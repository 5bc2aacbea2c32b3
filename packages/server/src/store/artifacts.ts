import { type ChainedFile, chainOf, GENESIS } from '@slipway/contracts/evidence-chain';
import type { PoolClient } from 'pg';
import { LostLease } from '../engine/interpret.ts';
import type { Queryable } from './queryable.ts';

/** A file of evidence, written and safe on disk. `path` is relative to the evidence folder, with `/`. */
export type ArtifactFile = ChainedFile;

export interface Artifact extends ArtifactFile {
  /** 1, 2, 3 … over the whole installation, without a gap. */
  readonly sequence: number;
  readonly run: string;
  readonly previousChain: string;
  readonly chain: string;
}

/**
 * Adds links for files, in their order; a path that is recorded with the same content is left alone. One chain for all runs, so the
 * lock is held to the end of the transaction: keep that short.
 */
export const appendArtifacts = async (
  tx: PoolClient,
  run: string,
  files: readonly ArtifactFile[],
): Promise<readonly Artifact[]> => {
  if (files.length === 0) return [];
  await lockChain(tx);
  const known = await artifactsByPath(
    tx,
    files.map((file) => file.path),
  );
  const appended: Artifact[] = [];
  let last = await lastArtifact(tx);
  for (const file of files) {
    if (known.get(file.path)?.sha256 === file.sha256) continue;
    last = await append(tx, run, file, last);
    appended.push(last);
  }
  return appended;
};

/** One at a time adds to the chain, until the end of the transaction. */
export const lockChain = async (tx: PoolClient): Promise<void> => {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('slipway.evidence', 0))");
};

/**
 * Only the holder of a run that is at work adds to its evidence: what came after the seal would be signed by nobody. A run that ended
 * without one, for want of room, may still get it. Throws LostLease.
 */
export const requireHeld = async (tx: PoolClient, run: string, fence: number): Promise<void> => {
  const { rows } = await tx.query(
    `select 1 from ops.runs r where id = $1 and fence = $2
       and (state = 'running'
         or state <> 'queued' and not exists (select from ops.evidence_heads h where h.run = r.id)) for share of r`,
    [run, fence],
  );
  if (rows.length === 0) throw new LostLease();
};

const append = async (tx: PoolClient, run: string, file: ArtifactFile, last: Artifact | null): Promise<Artifact> => {
  const previous = last?.chain ?? GENESIS;
  const { rows } = await tx.query(
    `insert into ops.artifacts (sequence, run, path, sha256, bytes, previous_chain, chain, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning *`,
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
  return toArtifact(rows[0]);
};

const toArtifact = (row: Readonly<Record<string, unknown>>): Artifact => ({
  sequence: Number(row['sequence']),
  run: row['run'] as string,
  path: row['path'] as string,
  sha256: row['sha256'] as string,
  bytes: Number(row['bytes']),
  previousChain: row['previous_chain'] as string,
  chain: row['chain'] as string,
  // `infinity`, which somebody may have written there, is no Date.
  createdAt: row['created_at'] instanceof Date ? row['created_at'].toISOString() : String(row['created_at']),
});

export const lastArtifact = async (db: Queryable): Promise<Artifact | null> => {
  const { rows } = await db.query('select * from ops.artifacts order by sequence desc limit 1');
  return rows[0] === undefined ? null : toArtifact(rows[0]);
};

export const artifactsByPath = async (db: Queryable, paths: readonly string[]): Promise<Map<string, Artifact>> => {
  const { rows } = await db.query('select * from ops.artifacts where path = any($1)', [paths]);
  return new Map(rows.map((row) => [row['path'] as string, toArtifact(row)]));
};

/** Of one run, oldest first. */
export const listArtifacts = async (db: Queryable, run: string): Promise<Artifact[]> => {
  const { rows } = await db.query('select * from ops.artifacts where run = $1 order by sequence', [run]);
  return rows.map(toArtifact);
};

/** The chain after a link (0 = from the beginning), a page at a time. */
export const readChain = async (db: Queryable, after: number, limit: number): Promise<Artifact[]> => {
  const { rows } = await db.query('select * from ops.artifacts where sequence > $1 order by sequence limit $2', [
    after,
    limit,
  ]);
  return rows.map(toArtifact);
};

/** Runs that may be writing evidence at this moment. */
export const runsAtWork = async (db: Queryable): Promise<Set<string>> => {
  const { rows } = await db.query(`select id from ops.runs where state in ('queued', 'running')`);
  return new Set(rows.map((row) => row['id'] as string));
};
