/** A production that Slipway does not run, from a backup: only into a place that is empty, so there is nothing to take back. */
import { requireEmptyProduction } from '../steps/require-empty-production.ts';
import { restoreProduction } from '../steps/restore-production.ts';
import { type Plan, showing } from './plan.ts';

type Place = Parameters<typeof restoreProduction.as>[1];

export const planProductionRestore = (place: Place): Plan => ({
  kind: 'restore-production',
  steps: showing(
    null,
    requireEmptyProduction.as('require-empty', place),
    restoreProduction.as('restore-backup', place),
  ),
  cleanUp: [],
});
