import { Failure } from '@slipway/contracts/failure';
import type { ProjectConfig } from '@slipway/contracts/project-config';
import type { Queryable } from './queryable.ts';

export interface Project {
  readonly name: string;
  readonly config: ProjectConfig;
  /** Folder on this machine or address of the git remote. */
  readonly remote: string;
  /** `owner/name` at the source host; null for a plain git remote. */
  readonly repository: string | null;
  readonly defaultBranch: string;
  /** Put before database and role names; '' for the first project of an instance, so that it gets the plain names. */
  readonly databasePrefix: string;
}

const COLUMNS = 'name, config, source, repository, default_branch';

const toProject = (row: Readonly<Record<string, unknown>>): Project => {
  const source = row['source'] as { remote: string; databasePrefix: string };
  return {
    name: row['name'] as string,
    config: row['config'] as ProjectConfig,
    remote: source.remote,
    repository: row['repository'] as string | null,
    defaultBranch: (row['default_branch'] as string | null) ?? 'main',
    databasePrefix: source.databasePrefix,
  };
};

/** Adds the project or takes its changes; a prefix once given stays, because databases carry it. */
export const saveProject = async (
  db: Queryable,
  project: Omit<Project, 'databasePrefix'> & { readonly folder: string | null },
): Promise<void> => {
  const { rows } = await db.query('select source from ops.projects where id = $1', [project.name]);
  const known = rows[0]?.['source'] as { databasePrefix: string } | undefined;
  const { rows: others } = await db.query('select count(*)::int as n from ops.projects where id <> $1', [project.name]);
  const databasePrefix = known?.databasePrefix ?? (others[0]?.['n'] === 0 ? '' : `${project.name.replaceAll('-', '_')}_`);
  await db.query(
    `insert into ops.projects (id, name, config, source, folder, repository, default_branch) values ($1, $1, $2, $3, $4, $5, $6)
     on conflict (id) do update set config = excluded.config, source = excluded.source, folder = excluded.folder,
       repository = excluded.repository, default_branch = excluded.default_branch, updated_at = now()`,
    [project.name, JSON.stringify(project.config), JSON.stringify({ remote: project.remote, databasePrefix }), project.folder, project.repository, project.defaultBranch],
  );
};

/** Failure: project-unknown. */
export const projectByName = async (db: Queryable, name: string): Promise<Project> => {
  const { rows } = await db.query(`select ${COLUMNS} from ops.projects where id = $1`, [name]);
  if (rows[0] === undefined) throw new Failure('project-unknown', { project: name });
  return toProject(rows[0]);
};

export const projectByRepository = async (db: Queryable, repository: string): Promise<Project | null> => {
  const { rows } = await db.query(`select ${COLUMNS} from ops.projects where lower(repository) = lower($1)`, [repository]);
  return rows[0] === undefined ? null : toProject(rows[0]);
};

export const listProjects = async (db: Queryable): Promise<Project[]> => {
  const { rows } = await db.query(`select ${COLUMNS} from ops.projects order by name`);
  return rows.map(toProject);
};
