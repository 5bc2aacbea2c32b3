import { Failure, type FailureData } from '@slipway/contracts/failure';
import type { WatchJudgement } from '../odoo/watch/judge-watch.ts';
import type { readSteps, StepRow } from '../store/journal.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Run } from '../store/runs.ts';
import { beginWatch, type Watch, watchOfRollback } from '../store/watches.ts';
import type { ProductionFacts } from './run-facts.ts';
import type { WatchWish } from './watch-settings.ts';

type Steps = Awaited<ReturnType<typeof readSteps>>;

/** From the end of a deployment on it is watched: written down in the same transaction, so that no process has to remember it. */
export const startWatch = async (
  db: Queryable,
  run: Run,
  deployed: {
    readonly production: ProductionFacts | undefined;
    readonly steps: Steps;
    readonly wish: WatchWish;
    readonly now: Date;
  },
): Promise<void> => {
  const { production, steps, wish, now } = deployed;
  const switched = steps.find(({ kind, state }) => kind === 'switch-route' && state === 'done')?.finishedAt;
  if (wish.seconds === 0 || production === undefined || switched == null) return;
  await beginWatch(db, {
    deployment: run.id,
    environment: run.environment,
    slot: production.slot,
    former: production.former,
    since: switched,
    until: new Date(now.getTime() + wish.seconds * 1000).toISOString(),
  });
};

/** What a watch found, for the evidence of the run that goes back because of it. Null: people asked for that run. */
export const watchEvidence = async (db: Queryable, run: Pick<Run, 'id'>): Promise<string | null> => {
  const found = await watchOfRollback(db, run.id);
  if (found === null) return null;
  const { deployment, former, since, until, lookedAt, judgement, compared } = found;
  return `${JSON.stringify({ deployment, former, since, until, lookedAt, judgement, compared }, null, 2)}\n`;
};

/** What went wrong with a deployment that had succeeded. */
export const worseFailure = ({ judgement }: Watch, sha: string | null): FailureData =>
  new Failure('deployment-worse', {
    sha: sha?.slice(0, 12) ?? 'this commit',
    why: (judgement as WatchJudgement).why.join('; '),
  }).toJSON();

/** The watch as one more step of the deployment, for its timeline. */
export const watchAsStep = (watch: Watch, failure: FailureData): StepRow => ({
  ...{ index: 999, name: 'watch', kind: 'watch', state: 'failed', attempts: 1, input: {}, receipt: {}, note: null },
  failure,
  startedAt: watch.since,
  finishedAt: watch.endedAt,
  milliseconds: watch.endedAt === null ? null : Date.parse(watch.endedAt) - Date.parse(watch.since),
});
