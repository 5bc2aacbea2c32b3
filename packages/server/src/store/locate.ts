import { Failure } from '@slipway/contracts/failure';
import type { Locator } from '@slipway/contracts/route';
import { type Queryable, queryOne } from './queryable.ts';
import { type Sight, sightValues } from './sight.ts';
import { unknownBuild, unknownEnvironment, unknownProject, unknownRun } from './unknown.ts';

export type Located = Exclude<Locator, 'list' | 'installation'>;

/** What a request is about. */
export interface Place {
  readonly project: string;
  /** Null: of the project as a whole, or of what is no environment's. */
  readonly stage: string | null;
}

const SEEN = '($2::text is null or p.organisation = $2) and ($3::text[] is null or p.id = any($3))';
const RUN = `select p.id as project, e.stage from ops.runs r join ops.projects p on p.id = r.project
  join ops.environments e on e.id = r.environment`;

const FIND: Readonly<Record<Located, string>> = {
  project: `select p.id as project, null as stage from ops.projects p where p.id = $1 and ${SEEN}`,
  environment: `select p.id as project, e.stage from ops.environments e join ops.projects p on p.id = e.project where e.id = $1 and ${SEEN}`,
  run: `${RUN} where r.id = $1 and ${SEEN}`,
  build: `select p.id as project, e.stage from ops.builds b join ops.projects p on p.id = b.project left join ops.runs r on r.id = b.run
    left join ops.environments e on e.id = r.environment where b.id = $1 and ${SEEN}`,
  shell: `select p.id as project, e.stage from ops.shells s join ops.environments e on e.id = s.environment
    join ops.projects p on p.id = e.project where s.id = $1 and ${SEEN}`,
  evidence: `${RUN} where r.id in ($1, (select d.run from ops.deployments d where d.id = $1)) and ${SEEN} order by r.id = $1 desc limit 1`,
};

const UNKNOWN: Readonly<Record<Located, (db: Queryable, id: string, sight: Sight) => Promise<Failure>>> = {
  project: unknownProject,
  environment: unknownEnvironment,
  run: unknownRun,
  build: unknownBuild,
  evidence: unknownRun,
  shell: async (_, shell) => new Failure('shell-unknown', { shell }),
};

/**
 * Where something is. What is there and not to be seen is asked for by the same statements as what is not there, and answered as it:
 * neither words nor time tell one from the other. Failures: project-unknown, environment-unknown, run-unknown, build-unknown, shell-unknown.
 */
export const locate = async (db: Queryable, of: Located, id: string, sight: Sight): Promise<Place> => {
  const found = await queryOne<Place>(db, FIND[of], [id, ...sightValues(sight)]);
  if (found === null) throw await UNKNOWN[of](db, id, sight);
  return found;
};
