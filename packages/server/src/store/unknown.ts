/** "There is no such one", with those that there are: a wrong name is mostly a mistyped one. */
import { Failure } from '@slipway/contracts/failure';
import { type Queryable, query } from './queryable.ts';

const MOST = 10;

/** At most ten names; `none` when there are none. */
const known = async (db: Queryable, names: string, values: readonly unknown[] = []): Promise<string> => {
  const rows = await query<{ name: string }>(db, `${names} limit ${MOST + 1}`, values);
  const shown = rows.slice(0, MOST).map((row) => row.name);
  return shown.length === 0 ? 'none' : `${shown.join(', ')}${rows.length > MOST ? ', …' : ''}`;
};

export const unknownProject = async (db: Queryable, project: string): Promise<Failure> =>
  new Failure('project-unknown', { project, known: await known(db, 'select name from ops.projects order by 1') });

export const unknownEnvironment = async (db: Queryable, environment: string): Promise<Failure> =>
  new Failure('environment-unknown', {
    environment,
    known: await known(db, 'select id as name from ops.environments where closed_at is null order by 1'),
  });

export const unknownPreview = async (db: Queryable, project: string, number: string): Promise<Failure> => {
  const open = `select number::text as name from ops.environments
    where project = $1 and stage = 'preview' and closed_at is null order by number`;
  return new Failure('preview-unknown', { number, project, known: await known(db, open, [project]) });
};

export const unknownRun = async (db: Queryable, run: string): Promise<Failure> =>
  new Failure('run-unknown', { run, known: await known(db, 'select id as name from ops.runs order by sequence desc') });

export const unknownBuild = async (db: Queryable, build: string): Promise<Failure> =>
  new Failure('build-unknown', {
    build,
    known: await known(db, 'select id as name from ops.builds order by started_at desc, id desc'),
  });
