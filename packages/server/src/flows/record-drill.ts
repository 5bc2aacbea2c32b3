import { recordDrill } from '../store/drills.ts';
import type { readSteps } from '../store/journal.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Run } from '../store/runs.ts';
import { requireSnapshot } from '../store/snapshots.ts';
import type { RunFacts } from './run-facts.ts';

type Steps = Awaited<ReturnType<typeof readSteps>>;

/** What a drill proved, in the two figures that people ask for: how old the data was, and how long it took until someone was in. */
export const recordDrillOf = async (db: Queryable, run: Run, facts: RunFacts, steps: Steps): Promise<void> => {
  if (facts.snapshot == null) return;
  const { takenAt } = await requireSnapshot(db, run.project, facts.snapshot);
  const began = Date.parse(run.startedAt ?? run.requestedAt);
  const until = steps.findIndex(({ kind }) => kind === 'log-in');
  const milliseconds = steps.slice(0, until + 1).reduce((sum, step) => sum + (step.milliseconds ?? 0), 0);
  const restored = steps.find(({ kind }) => kind === 'restore-snapshot')?.receipt as { rows?: number } | undefined;
  await recordDrill(db, {
    id: run.id,
    project: run.project,
    snapshot: facts.snapshot,
    run: run.id,
    recoveryPointSeconds: Math.max(0, (began - Date.parse(takenAt)) / 1000),
    recoveryTimeSeconds: milliseconds / 1000,
    rowsCompared: restored?.rows ?? 0,
  });
};
