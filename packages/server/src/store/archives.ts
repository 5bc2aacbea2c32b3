import { json, type Queryable, query, queryOne } from './queryable.ts';

export interface Window {
  /** ISO 8601. */
  readonly from: string;
  readonly until: string;
}

/** How far the log of a project's production is stored. */
export interface ArchiveRow {
  readonly project: string;
  /** Name of the secret with the server's address. */
  readonly database: string;
  readonly lineage: string | null;
  /** ISO 8601; null: nothing yet. */
  readonly until: string | null;
  readonly retainedBytes: number;
  readonly windows: readonly Window[];
}

const COLUMNS = `project, database, lineage, until, retained_bytes as "retainedBytes", windows`;

export const readArchive = (db: Queryable, project: string): Promise<ArchiveRow | null> =>
  queryOne(db, `select ${COLUMNS} from ops.archives where project = $1`, [project]);

export const listArchives = (db: Queryable): Promise<ArchiveRow[]> =>
  query(db, `select ${COLUMNS} from ops.archives order by project`, []);

/** That a log is kept at all; another server begins anew. */
export const beginArchive = async (db: Queryable, project: string, database: string): Promise<void> => {
  await query(
    db,
    `insert into ops.archives (project, database) values ($1, $2)
     on conflict (project) do update set database = excluded.database`,
    [project, database],
  );
};

export const tellArchive = async (
  db: Queryable,
  told: { readonly project: string; readonly lineage: string; readonly until: string; readonly retainedBytes: number },
): Promise<void> => {
  await query(
    db,
    'update ops.archives set lineage = $2, until = $3, retained_bytes = $4, told_at = now() where project = $1',
    [told.project, told.lineage, told.until, told.retainedBytes],
  );
};

export const setWindows = async (db: Queryable, project: string, windows: readonly Window[]): Promise<void> => {
  await query(db, 'update ops.archives set windows = $2 where project = $1', [project, json(windows)]);
};

export const forgetArchive = async (db: Queryable, project: string): Promise<void> => {
  await query(db, 'delete from ops.archives where project = $1', [project]);
};
