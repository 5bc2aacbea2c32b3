import { type Queryable, query, queryOne } from './queryable.ts';

/** A backup that was restored, started and logged in to. Times are ISO 8601. */
export interface Drill {
  readonly id: string;
  readonly project: string;
  readonly snapshot: string;
  readonly run: string | null;
  /** Age of the data when the drill began: what would have been lost. */
  readonly recoveryPointSeconds: number;
  /** From the beginning until a person could log in. */
  readonly recoveryTimeSeconds: number;
  readonly rowsCompared: number;
  readonly at: string;
}

export const recordDrill = async (db: Queryable, drill: Omit<Drill, 'at'>): Promise<void> => {
  await query(
    db,
    `insert into ops.drills (id, project, snapshot, run, recovery_point_seconds, recovery_time_seconds, rows_compared)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
    [
      drill.id,
      drill.project,
      drill.snapshot,
      drill.run,
      drill.recoveryPointSeconds,
      drill.recoveryTimeSeconds,
      drill.rowsCompared,
    ],
  );
};

export const latestDrill = (db: Queryable, project: string): Promise<Drill | null> =>
  queryOne(
    db,
    `select id, project, snapshot, run, recovery_point_seconds as "recoveryPointSeconds",
       recovery_time_seconds as "recoveryTimeSeconds", rows_compared as "rowsCompared", at
     from ops.drills where project = $1 order by at desc limit 1`,
    [project],
  );
