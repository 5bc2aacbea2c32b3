import { Failure } from '@slipway/contracts/failure';
import { environmentId, type StageName, stageDatabase, stageHost } from '../domain/names.ts';
import type { Project } from '../store/projects.ts';
import type { Queryable } from '../store/queryable.ts';
import { saveStage } from '../store/stages.ts';
import type { Slipway } from './slipway.ts';

/** Whether slipway.yaml has it: a drill and a rehearsal need only a production whose data they are tried on. */
export const hasStage = ({ config: { stages } }: Project, name: StageName): boolean =>
  name === 'staging' ? stages.staging !== undefined : stages.production !== undefined;

/**
 * The environment of a stage, made when it is first needed; answers its id. A production that Slipway does not run is live as long as
 * it is named. Failure: stage-missing.
 */
export const ensureStage = async (
  slipway: Slipway,
  db: Queryable,
  project: Project,
  name: StageName,
): Promise<string> => {
  if (!hasStage(project, name))
    throw new Failure('stage-missing', { project: project.name, stage: name === 'staging' ? name : 'production' });
  const { production, staging } = project.config.stages;
  const id = environmentId(project.name, name);
  const runs = name === 'production' && production?.target === 'docker';
  const own = runs && production.url !== undefined ? new URL(production.url).hostname : null;
  const host = own ?? stageHost(name, project, slipway.domain);
  await saveStage(db, {
    id,
    project: project.name,
    stage: name === 'production' ? 'production' : 'staging',
    name,
    branch: (name === 'staging' ? staging?.branch : production?.branch) ?? null,
    database: stageDatabase(name, project.databasePrefix),
    role: stageDatabase(name, project.databasePrefix),
    host,
    url: urlOf(slipway, name, { host, production: production?.url ?? null, runs }),
    state: name === 'production' && !runs ? 'live' : 'queued',
  });
  return id;
};

const urlOf = (
  slipway: Slipway,
  name: StageName,
  { host, production, runs }: { readonly host: string; readonly production: string | null; readonly runs: boolean },
): string | null => {
  if (name === 'production') return production ?? (runs ? slipway.url(host) : null);
  return name === 'staging' ? slipway.url(host) : null;
};
