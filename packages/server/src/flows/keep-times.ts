import type { Run } from '../store/runs.ts';
import { deploymentTimes } from '../views/deployment-times.ts';
import type { RunEvidence } from './run-evidence.ts';
import type { Slipway } from './slipway.ts';

/** By which way a release went to production, why, and how long each phase took beside its forecast. Nothing of any other run. */
export const keepTimes = async (
  { db }: Slipway,
  { id, environment }: Run,
  { keep }: Pick<RunEvidence, 'keep'>,
): Promise<void> => {
  const times = (await deploymentTimes(db, environment, [id])).get(id);
  if (times !== undefined) await keep('deploy/phases.json', `${JSON.stringify(times, null, 2)}\n`);
};
