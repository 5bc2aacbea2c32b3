/** "There is no such one", with those that there are: a wrong name is mostly a mistyped one. */
import { Failure } from '@slipway/contracts/failure';
import { type Queryable, query } from './queryable.ts';
import { EVERYTHING, type Sight, sightValues } from './sight.ts';

const MOST = 10;
/** Nobody is told names of what they may not see. */
const SEEN = '($1::text is null or organisation = $1) and ($2::text[] is null or project = any($2))';

/** At most ten names; `none` when there are none. */
const known = async (db: Queryable, names: string, values: readonly unknown[] = []): Promise<string> => {
  const rows = await query<{ name: string }>(db, `${names} limit ${MOST + 1}`, values);
  const shown = rows.slice(0, MOST).map((row) => row.name);
  return shown.length === 0 ? 'none' : `${shown.join(', ')}${rows.length > MOST ? ', …' : ''}`;
};

export const unknownProject = async (db: Queryable, project: string, sight: Sight = EVERYTHING): Promise<Failure> => {
  const seen = `select id as name from ops.projects where ${SEEN.replace('project', 'id')} order by 1`;
  return new Failure('project-unknown', { project, known: await known(db, seen, sightValues(sight)) });
};

export const unknownEnvironment = async (
  db: Queryable,
  environment: string,
  sight: Sight = EVERYTHING,
): Promise<Failure> => {
  const open = `select id as name from ops.environments where closed_at is null and ${SEEN} order by 1`;
  return new Failure('environment-unknown', { environment, known: await known(db, open, sightValues(sight)) });
};

export const unknownPreview = async (db: Queryable, project: string, number: string): Promise<Failure> => {
  const open = `select number::text as name from ops.environments
    where project = $1 and stage = 'preview' and closed_at is null order by number`;
  return new Failure('preview-unknown', { number, project, known: await known(db, open, [project]) });
};

export const unknownRun = async (db: Queryable, run: string, sight: Sight = EVERYTHING): Promise<Failure> => {
  const newest = `select id as name from ops.runs where ${SEEN} order by sequence desc`;
  return new Failure('run-unknown', { run, known: await known(db, newest, sightValues(sight)) });
};

export const unknownBuild = async (db: Queryable, build: string, sight: Sight = EVERYTHING): Promise<Failure> => {
  const newest = `select id as name from ops.builds where ${SEEN} order by started_at desc, id desc`;
  return new Failure('build-unknown', { build, known: await known(db, newest, sightValues(sight)) });
};
