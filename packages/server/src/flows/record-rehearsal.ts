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

/** Beside the evidence of its steps: what the rehearsal found, in one file. Whoever takes the run over keeps the same text. */
export const keepRehearsal = async (
  run: Run,
  steps: Parameters<typeof rehearsalReport>[2],
  keep: (path: string, content: string) => Promise<void>,
): Promise<void> => {
  const { preview } = run.facts as RunFacts;
  if (run.kind !== 'rehearse' || preview === undefined) return;
  await keep('rehearsal/report.json', `${JSON.stringify(rehearsalReport(run.id, preview, steps), null, 2)}\n`);
};

interface End {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly failure?: FailureData;
  readonly lastLines?: readonly string[];
}

/** What a rehearsal found, however it ended, so that gates and people can ask for it by its release. Of other runs nothing. */
export const recordRehearsalOf = async (slipway: Slipway, db: Queryable, run: Run, end: End): Promise<void> => {
  if (run.kind !== 'rehearse') return;
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
    failure: end.failure ?? null,
    lastLines: end.lastLines ?? [],
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
