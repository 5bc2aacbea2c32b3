import { asFailure, type FailureData } from '@slipway/contracts/failure';
import { type Entry, type Journal, LostLease, type Outcome, type Step } from '../engine/interpret.ts';
import { type ArtifactFile, appendArtifacts } from './artifacts.ts';
import { inTransaction, json, type Queryable, query, queryOne } from './queryable.ts';

/** One step of a run as it was carried out. Times are ISO 8601. */
export interface StepRow {
  readonly index: number;
  readonly name: string;
  readonly kind: string;
  readonly state: 'running' | 'done' | 'skipped' | 'failed';
  readonly attempts: number;
  readonly input: unknown;
  readonly receipt: unknown;
  readonly failure: FailureData | null;
  readonly note: string | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly milliseconds: number | null;
}

const COLUMNS = `index, name, kind, state, attempts, input, receipt, failure, note, started_at as "startedAt",
  finished_at as "finishedAt", milliseconds`;

/** The run must still be ours at the moment of writing; the share lock keeps it ours until the write is through. */
const HELD = `select id from ops.runs where id = $1 and fence = $2 and state = 'running' for share`;

/** $1 and $2 say which run; `first` is the number of the first of four parameters. */
const begun = (first: number): string => `
  insert into ops.steps as s (run, index, name, kind, state, input)
  select held.id, $${first}, $${first + 1}, $${first + 2}, 'running', $${first + 3} from held
  on conflict (run, index) do update set name = excluded.name, kind = excluded.kind, state = 'running', input = excluded.input,
    attempts = s.attempts + 1, receipt = null, failure = null, note = null, started_at = now(), finished_at = null, milliseconds = null
  returning index`;

const ENDED = `
  update ops.steps set state = $4, receipt = $5, note = $6, failure = $7, milliseconds = $8, finished_at = now()
  from held where run = held.id and index = $3 returning index`;

const BEGIN = `with held as (${HELD}) ${begun(3)}`;
const END = `with held as (${HELD}) ${ENDED}`;
/** Together or not at all. */
const END_AND_BEGIN = `with held as (${HELD}), begun as (${begun(9)}) ${ENDED}`;

/** What the engine needs, and evidence that is to appear together with the row or not at all. */
export interface StoredJournal extends Journal {
  read(): Promise<readonly StepRow[]>;
  done(
    index: number,
    outcome: Outcome,
    milliseconds: number,
    next?: Entry,
    artifacts?: readonly ArtifactFile[],
  ): Promise<void>;
}

/** Steps of a run in order, for views. */
export const readSteps = (db: Queryable, run: string): Promise<StepRow[]> =>
  query(db, `select ${COLUMNS} from ops.steps where run = $1 order by index`, [run]);

const beginning = ({ index, step }: Entry): readonly unknown[] => [index, step.name, step.kind, json(step.input)];

/** The journal of one claimed run. Each write is refused with LostLease when the run was claimed by another process since. */
export const journal = (db: Queryable, run: string, fence: number): StoredJournal => {
  const write = async (on: Queryable, statement: string, values: readonly unknown[]): Promise<void> => {
    if ((await query(on, statement, [run, fence, ...values])).length === 0) throw new LostLease();
  };
  return {
    read: () => readSteps(db, run),
    begin: (index: number, step: Step) => write(db, BEGIN, beginning({ index, step })),
    done: (index, outcome, milliseconds, next, artifacts = []) => {
      const state = outcome.skipped ? 'skipped' : 'done';
      const values = [index, state, json(outcome.receipt), outcome.note, null, milliseconds];
      const [statement, all] = next === undefined ? [END, values] : [END_AND_BEGIN, [...values, ...beginning(next)]];
      if (artifacts.length === 0) return write(db, statement, all);
      return inTransaction(db, async (tx) => {
        await write(tx, statement, all);
        await appendArtifacts(tx, run, artifacts);
      });
    },
    failed: (index, error, milliseconds) =>
      write(db, END, [index, 'failed', null, null, json(asFailure(error, run)), milliseconds]),
  };
};

/** How long modules were last updated for a commit in an environment; null: they were not. */
export const updateMilliseconds = async (db: Queryable, environment: string, sha: string): Promise<number | null> =>
  (
    await queryOne<{ milliseconds: number | null }>(
      db,
      `select s.milliseconds from ops.steps s join ops.runs r on r.id = s.run
       where r.environment = $1 and r.sha = $2 and s.kind = 'update-modules' and s.state = 'done'
       order by r.sequence desc limit 1`,
      [environment, sha],
    )
  )?.milliseconds ?? null;
