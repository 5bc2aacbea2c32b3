import type { ProjectConfig } from '@slipway/contracts/project-config';
import { inTransaction, json, type Queryable, query, queryOne } from './queryable.ts';
import { EVERYTHING, type Sight, sightValues } from './sight.ts';
import { unknownProject } from './unknown.ts';

export interface Project {
  readonly id: string;
  readonly organisation: string;
  readonly name: string;
  readonly config: ProjectConfig;
  readonly source: ProjectConfig['source'];
  /** Where slipway.yaml was when the project was added; null for one that came without a folder. */
  readonly folder: string | null;
  /** `owner/name` at the source host. */
  readonly repository: string | null;
  readonly defaultBranch: string | null;
  /** In front of database and role names: '' for the first project of an installation. */
  readonly databasePrefix: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ProjectToSave {
  readonly name: string;
  readonly config: ProjectConfig;
  readonly source: ProjectConfig['source'];
  readonly folder: string | null;
  readonly defaultBranch?: string | null;
  readonly organisation?: string;
}

const COLUMNS = `id, organisation, name, config, source, folder, repository, default_branch as "defaultBranch",
  database_prefix as "databasePrefix", created_at as "createdAt", updated_at as "updatedAt"`;

const SAVE = `
  insert into ops.projects (id, organisation, name, config, source, folder, repository, default_branch, database_prefix)
  values ($1, coalesce($2, 'default'), $1, $3, $4, $5, $6, $7,
    case when exists (select from ops.projects where database_prefix = '') then replace($1, '-', '_') || '_' else '' end)
  on conflict (id) do update set
    config = excluded.config, source = excluded.source, folder = excluded.folder, repository = excluded.repository,
    default_branch = coalesce(excluded.default_branch, projects.default_branch), updated_at = now()
  returning ${COLUMNS}`;

/** Adds a project or takes its changed configuration. Its id is its name; prefix and organisation stay as they were. */
export const saveProject = (db: Queryable, project: ProjectToSave): Promise<Project> =>
  inTransaction(db, async (tx) => {
    // Two first projects at the same moment must not both get the empty prefix.
    await query(tx, 'lock table ops.projects in share row exclusive mode');
    const [saved] = await query<Project>(tx, SAVE, [
      project.name,
      project.organisation ?? null,
      json(project.config),
      json(project.source),
      project.folder,
      project.source.github ?? null,
      project.defaultBranch ?? null,
    ]);
    return saved as Project;
  });

/** Failure: project-unknown. */
export const projectByName = async (db: Queryable, name: string): Promise<Project> => {
  const found = await queryOne<Project>(db, `select ${COLUMNS} from ops.projects where id = $1`, [name]);
  if (found === null) throw await unknownProject(db, name);
  return found;
};

/** Repository names at GitHub do not tell upper from lower case. Null: no project uses it. */
export const projectByRepository = (db: Queryable, repository: string): Promise<Project | null> =>
  queryOne(db, `select ${COLUMNS} from ops.projects where lower(repository) = lower($1) order by created_at limit 1`, [
    repository,
  ]);

export const listProjects = (db: Queryable, sight: Sight = EVERYTHING): Promise<Project[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.projects
     where ($1::text is null or organisation = $1) and ($2::text[] is null or id = any($2)) order by name`,
    sightValues(sight),
  );
