/** Production as it begins: a new company, or one that goes on with the data of a backup. */
import { claimDatabase } from '../steps/claim-database.ts';
import { dropDatabase } from '../steps/drop-database.ts';
import { dropRole } from '../steps/drop-role.ts';
import { ensureRole } from '../steps/ensure-role.ts';
import { removeCron } from '../steps/remove-cron.ts';
import { removeFilestore } from '../steps/remove-filestore.ts';
import { removeSlot } from '../steps/remove-slot.ts';
import { updateModules } from '../steps/update-modules.ts';
import { type Plan, type PlannedStep, showing } from './plan.ts';
import type { EnvironmentFacts } from './preview-facts.ts';
import { cron, type ProductionSettings, updateSteps, type Version } from './production-version.ts';
import { image, odooFacts, ownDatabase, wakeSlot } from './serve.ts';
import { type RefreshFacts, restoreSteps } from './staging.ts';

export const planOpenProduction = (
  facts: EnvironmentFacts,
  settings: ProductionSettings,
  /** The backup that it goes on with, or Odoo's own modules that a new company wants besides those of the repository. */
  begin: { readonly from: RefreshFacts } | { readonly also: readonly string[] },
): Plan => {
  const from = 'from' in begin ? begin.from : null;
  const version: Version = { facts, slot: 'blue' };
  const { environment, database, role } = facts;
  return {
    kind: 'open-production',
    steps: [
      ...showing('building', image('build-image', facts, facts.image)),
      ...('also' in begin
        ? freshSteps(facts, begin.also)
        : showing('building', ...restoreSteps(facts, begin.from, database))),
      ...(from === null ? [] : updateSteps(facts, database)),
      ...showing('building', ...wakeSlot(facts, 'blue', facts.image.reference), cron(version, settings, 'start-cron')),
    ],
    // It never served: nothing of it is kept. Its secrets stay, since the key of the backups is one of them.
    cleanUp: showing(
      null,
      removeCron.as('remove-cron', { environment }),
      removeSlot.as('remove-blue', { environment, slot: 'blue' }),
      dropDatabase.as('drop-database', { database }),
      dropRole.as('drop-role', { role }),
      removeFilestore.as('remove-filestore', { owner: environment }),
    ),
  };
};

const freshSteps = (facts: EnvironmentFacts, also: readonly string[]): PlannedStep[] => {
  const { environment, database, role } = facts;
  return showing(
    'building',
    ensureRole.as('make-role', { owner: environment, role }),
    updateModules.as('install-modules', {
      odoo: odooFacts(facts),
      anew: true,
      install: ['base', 'web', ...also, ...facts.wanted],
      update: [],
      testTags: null,
      demo: false,
      seconds: facts.settings.updateSeconds,
      report: `install-${facts.image.sha.slice(0, 12)}`,
    }),
    claimDatabase.as('claim-database', { of: ownDatabase(facts, database) }),
  );
};
