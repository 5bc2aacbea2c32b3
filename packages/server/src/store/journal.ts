import { asFailure, type FailureData } from '@slipway/contracts/failure';
import { type Journal, LostLease } from '../engine/interpret.ts';
import type { Queryable } from './queryable.ts';

export interface StepRow {
  readonly index: number;
  readonly name: string;
  readonly kind: string;
  readonly state: 'running' | 'done' | 'skipped' | 'failed';
  readonly attempts: number;
  readonly input: unknown;
  readonly receipt: unknown;
  readonly note: string | null;
  readonly milliseconds: number | null;
  readonly failure: FailureData | null;
}

export const readSteps = async (db: Queryable, run: string): Promise<StepRow[]> => {
  const { rows } = await db.query(
    'select index, name, kind, state, attempts, input, receipt, note, milliseconds, failure from ops.steps where run = $1 order by index',
    [run],
  );
  return rows as StepRow[];
};

/** Every write names the claim it is made under; a process that lost the run can write nothing more. */
const HOLDS = `exists (select from ops.runs where id = $1 and fence = $2 and state = 'running')`;

export const journal = (db: Queryable, run: string, fence: number): Journal => {
  const write = async (sql: string, values: readonly unknown[]): Promise<void> => {
    const { rowCount } = await db.query(sql, [run, fence, ...values]);
    if (rowCount === 0) throw new LostLease();
  };
  return {
    read: () => readSteps(db, run),
    begin: (index, step) =>
      write(
        `insert into ops.steps (run, index, name, kind, state, input) select $1, $3, $4, $5, 'running', $6 where ${HOLDS}
         on conflict (run, index) do update set state = 'running', attempts = steps.attempts + 1, started_at = now()`,
        [index, step.name, step.kind, JSON.stringify(step.input)],
      ),
    done: (index, outcome, milliseconds) =>
      write(
        `update ops.steps set state = $4, receipt = $5, note = $6, milliseconds = $7, finished_at = now(), failure = null
         where run = $1 and index = $3 and ${HOLDS}`,
        [index, outcome.skipped ? 'skipped' : 'done', JSON.stringify(outcome.receipt ?? {}), outcome.note, milliseconds],
      ),
    failed: (index, error, milliseconds) =>
      write(
        `update ops.steps set state = 'failed', failure = $4, note = $5, milliseconds = $6, finished_at = now()
         where run = $1 and index = $3 and ${HOLDS}`,
        [index, JSON.stringify(asFailure(error, run)), asFailure(error, run).message, milliseconds],
      ),
  };
};
