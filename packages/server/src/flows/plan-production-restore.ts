import { Failure } from '@slipway/contracts/failure';
import { planProductionRestore } from '../plan/production.ts';
import { projectByName } from '../store/projects.ts';
import type { Run } from '../store/runs.ts';
import { requireSnapshot } from '../store/snapshots.ts';
import type { DataWish } from './request-data.ts';
import type { Draft } from './run-facts.ts';
import type { Slipway } from './slipway.ts';

/** Failures: stage-missing, snapshot-unknown. */
export const planProductionRestoreRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const { name, config } = await projectByName(slipway.db, run.project);
  const { production } = config.stages;
  if (production === undefined) throw new Failure('stage-missing', { project: name, stage: 'production' });
  const wish = run.facts as DataWish;
  const { id } = await requireSnapshot(slipway.db, name, wish.snapshot ?? '');
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
