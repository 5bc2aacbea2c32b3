import { Failure, type FailureData } from '@slipway/contracts/failure';
import { readSteps } from '../store/journal.ts';
import type { Queryable } from '../store/queryable.ts';
import { recordRehearsal } from '../store/rehearsals.ts';
import type { Run } from '../store/runs.ts';
import { requireSnapshot } from '../store/snapshots.ts';
import { rehearsalReport } from './rehearsal-report.ts';
import type { RehearsalWish } from './request-rehearsal.ts';
import type { RunFacts } from './run-facts.ts';
import type { Slipway } from './slipway.ts';

interface End {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly failure: FailureData | null;
  readonly lastLines: readonly string[];
}

/** What a rehearsal found, however it ended, so that gates and people can ask for it by its release. */
export const recordRehearsalOf = async (slipway: Slipway, db: Queryable, run: Run, end: End): Promise<void> => {
  const { release } = run.facts as unknown as RehearsalWish;
  const { rehearsal = null, preview } = run.facts as RunFacts;
  const began = Date.parse(run.startedAt ?? run.requestedAt);
  await recordRehearsal(db, {
    ...{ id: run.id, project: run.project, sha: release.sha, imageDigest: release.imageDigest },
    productionSha: rehearsal?.production?.sha ?? null,
    productionSince: rehearsal?.production?.since ?? null,
    snapshot: rehearsal?.snapshot ?? null,
    snapshotTakenAt: rehearsal === null ? null : await takenAt(db, run.project, rehearsal.snapshot),
    requestedBy: run.requestedBy,
    status: end.status,
    seconds: Math.max(0, (slipway.clock.now().getTime() - began) / 1000),
    failure: end.failure,
    lastLines: end.lastLines,
    report: preview === undefined ? null : rehearsalReport(run.id, preview, await readSteps(db, run.id)),
  });
};

/** Null: it was to be taken, and was not; or it is gone by now. */
const takenAt = async (db: Queryable, project: string, snapshot: string): Promise<string | null> => {
  try {
    return (await requireSnapshot(db, project, snapshot)).takenAt;
  } catch (error) {
    if (error instanceof Failure && error.code === 'snapshot-unknown') return null;
    throw error;
  }
};
