import { raiseEvent, resolveEvent } from '../store/events.ts';
import { readSteps } from '../store/journal.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Run } from '../store/runs.ts';

export const CRON_DOWN = 'cron-down';

/**
 * Whether scheduled actions run after a run that was to start them: part of the transaction that ends the run. A version that serves is no
 * failure because they do not, and nobody would notice for days; so it is told until they do. observe/keep-production.ts tries on.
 */
export const settleCron = async (
  db: Queryable,
  { id, project, environment }: Pick<Run, 'id' | 'project' | 'environment'>,
): Promise<void> => {
  // Of a run that was put right, the clean-up's word is the last.
  const step = (await readSteps(db, id)).findLast(({ kind }) => kind === 'boot-cron');
  if (step === undefined) return;
  const event = { project, kind: CRON_DOWN, subject: environment };
  if (step.state === 'done') await resolveEvent(db, event);
  if (step.state !== 'failed') return;
  const why = step.failure === null ? '' : `: ${step.failure.message}`;
  const message = `Scheduled actions of ${environment} do not run${why} It is tried again every minute (run ${id}).`;
  await raiseEvent(db, { ...event, message });
};
