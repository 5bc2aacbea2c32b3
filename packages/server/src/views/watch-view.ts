import type { WatchView } from '@slipway/contracts/watch-views';
import type { WatchJudgement } from '../odoo/watch/judge-watch.ts';
import type { Queryable } from '../store/queryable.ts';
import { readRun } from '../store/runs.ts';
import { lastWatch, type Watch } from '../store/watches.ts';

/** The last that was watched; null: nothing ever was. */
export const lastWatchView = async (db: Queryable, environment: string): Promise<WatchView | null> => {
  const watch = await lastWatch(db, environment);
  if (watch === null) return null;
  const { deployment, since, until, endedAt, reason, rollbackRun } = watch;
  const judgement = watch.judgement as WatchJudgement | null;
  return {
    ...{ deployment, since, until, endedAt, reason },
    state: await stateOf(db, watch),
    why: [...(judgement?.why ?? [])],
    remarks: [...(judgement?.remarks ?? [])],
    compared: watch.compared as WatchView['compared'],
    rollback: rollbackRun,
  };
};

const stateOf = async (db: Queryable, { state, rollbackRun }: Watch): Promise<WatchView['state']> => {
  if (state !== 'rolled-back' || rollbackRun === null) return state;
  const run = await readRun(db, rollbackRun);
  if (run.state === 'succeeded') return 'rolled-back';
  return run.state === 'queued' || run.state === 'running' ? 'rolling-back' : 'rollback-failed';
};
