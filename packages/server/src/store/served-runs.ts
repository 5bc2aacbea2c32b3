import { json, type Queryable, queryOne } from './queryable.ts';
import { HEAVY, SERVES } from './run-kinds.ts';
import { RUN_COLUMNS, type Run } from './runs.ts';

/** The run that made the environment what it serves now: its facts are what waking needs. */
export const lastServedRun = (db: Queryable, environment: string): Promise<Run | null> =>
  queryOne(
    db,
    `select ${RUN_COLUMNS} from ops.runs r where r.environment = $1 and r.kind = any($2) and r.state = 'succeeded' order by r.sequence desc limit 1`,
    [environment, SERVES],
  );

export const hasOpenRun = async (db: Queryable, environment: string): Promise<boolean> =>
  (await queryOne(db, `select 1 from ops.runs where environment = $1 and state in ('queued', 'running') limit 1`, [
    environment,
  ])) !== null;

/** Whether all that is going on with it is that it goes to sleep. */
export const isFallingAsleep = async (db: Queryable, environment: string): Promise<boolean> =>
  (
    await queryOne<{ asleep: boolean }>(
      db,
      `select bool_and(kind = 'sleep-preview') as asleep from ops.runs where environment = $1 and state in ('queued', 'running')`,
      [environment],
    )
  )?.asleep === true;

/** Whether a close waits or is under way: what is still there is as good as gone. */
export const isClosing = async (db: Queryable, environment: string): Promise<boolean> =>
  (await queryOne(
    db,
    `select 1 from ops.runs where environment = $1 and kind = 'close-preview' and state in ('queued', 'running') limit 1`,
    [environment],
  )) !== null;

/** Builds that are waiting or under way, over all projects. */
export const countHeavyRuns = async (db: Queryable): Promise<number> =>
  (
    await queryOne<{ n: number }>(
      db,
      `select count(*)::int as n from ops.runs where state in ('queued', 'running') and kind = any($1)`,
      [HEAVY],
    )
  )?.n ?? 0;

/** Of which runs something is asked. `facts`: those that they have among theirs, where a kind is not all that matters. */
interface RunsOf {
  readonly environment: string;
  readonly kind: string;
  readonly facts?: Readonly<Record<string, string>>;
}

export const hasOpenRunOf = async (db: Queryable, { environment, kind, facts = {} }: RunsOf): Promise<boolean> =>
  (await queryOne(
    db,
    `select 1 from ops.runs where environment = $1 and kind = $2 and facts @> $3 and state in ('queued', 'running') limit 1`,
    [environment, kind, json(facts)],
  )) !== null;

/** Whether the last of these runs has failed, less than so many seconds ago. */
export const hasJustFailed = async (
  db: Queryable,
  { environment, kind, facts = {}, seconds }: RunsOf & { readonly seconds: number },
): Promise<boolean> =>
  (
    await queryOne<{ failed: boolean }>(
      db,
      `select state = 'failed' and finished_at > now() - make_interval(secs => $4) as failed from ops.runs
       where environment = $1 and kind = $2 and facts @> $3 order by sequence desc limit 1`,
      [environment, kind, json(facts), seconds],
    )
  )?.failed === true;
