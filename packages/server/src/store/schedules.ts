import { inTransaction, type Queryable, query, queryOne } from './queryable.ts';

/** When something of a project is due next; made from slipway.yaml, kept so that a restart neither forgets nor repeats. */
export interface Schedule {
  readonly project: string;
  readonly name: string;
  readonly expression: string;
  readonly nextAt: string | null;
  readonly lastAt: string | null;
  readonly lastRun: string | null;
}

const COLUMNS = `project, name, expression, next_at as "nextAt", last_at as "lastAt", last_run as "lastRun"`;

export const listSchedules = (db: Queryable, project: string): Promise<Schedule[]> =>
  query(db, `select ${COLUMNS} from ops.schedules where project = $1 order by name`, [project]);

/** Remembers when it is due; an expression that is the same keeps its time. */
export const setSchedule = async (
  db: Queryable,
  schedule: Pick<Schedule, 'project' | 'name' | 'expression' | 'nextAt'>,
): Promise<void> => {
  await query(
    db,
    `insert into ops.schedules as s (project, name, expression, next_at) values ($1, $2, $3, $4)
     on conflict (project, name) do update set expression = excluded.expression, next_at = excluded.next_at
     where s.expression <> excluded.expression`,
    [schedule.project, schedule.name, schedule.expression, schedule.nextAt],
  );
};

/**
 * Takes a schedule that is due: `work` and the next time are one transaction, so two control planes start it once, and a crash starts it
 * again. Answers what `work` did (a run's id), or null when it was not due.
 */
export const takeDue = (
  db: Queryable,
  due: { readonly project: string; readonly name: string; readonly now: string; readonly nextAt: string | null },
  work: (tx: Queryable) => Promise<string>,
): Promise<string | null> =>
  inTransaction(db, async (tx) => {
    const taken = await queryOne(
      tx,
      'select from ops.schedules where project = $1 and name = $2 and next_at <= $3 for update skip locked',
      [due.project, due.name, due.now],
    );
    if (taken === null) return null;
    const run = await work(tx);
    await query(
      tx,
      'update ops.schedules set last_at = $3, next_at = $4, last_run = $5 where project = $1 and name = $2',
      [due.project, due.name, due.now, due.nextAt, run],
    );
    return run;
  });
