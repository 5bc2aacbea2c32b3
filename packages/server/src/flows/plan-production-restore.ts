import { Failure } from '@slipway/contracts/failure';
import { planProductionRestore } from '../plan/production.ts';
import { projectByName } from '../store/projects.ts';
import type { Run } from '../store/runs.ts';
import { requireSnapshot } from '../store/snapshots.ts';
import { type DataWish, refuseOwnProduction } from './request-data.ts';
import type { Draft } from './run-facts.ts';
import type { Slipway } from './slipway.ts';

/** Failures: stage-missing, snapshot-unknown, restore-unopened, restore-over-own. */
export const planProductionRestoreRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const project = await projectByName(slipway.db, run.project);
  const { name, config } = project;
  const { production } = config.stages;
  if (production === undefined) throw new Failure('stage-missing', { project: name, stage: 'production' });
  const wish = run.facts as DataWish;
  const { id } = await requireSnapshot(slipway.db, name, wish.snapshot ?? '');
  // The file may have changed since it was asked for.
  await refuseOwnProduction(slipway, project, id);
  const plan = planProductionRestore({
    project: name,
    snapshot: id,
    store: config.data.store,
    series: config.odoo.series,
    database: production.database,
    filestore: production.filestore ?? null,
  });
  return { plan, facts: { ...wish, snapshot: id } };
};
