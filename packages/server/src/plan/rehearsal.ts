/** The exact update to a release, on a copy of production that nobody is ever led to, measured step by step. */
import type { OwnInvariant } from '@slipway/contracts/invariants-config';
import type { Release } from '../domain/release.ts';
import type { Step } from '../engine/interpret.ts';
import { cloneDatabase } from '../steps/clone-database.ts';
import { dropDatabase } from '../steps/drop-database.ts';
import { measureTables } from '../steps/measure-tables.ts';
import { pruneSnapshots } from '../steps/prune-snapshots.ts';
import { requireArtifact } from '../steps/require-artifact.ts';
import { type Plan, type PlannedStep, showing } from './plan.ts';
import type { EnvironmentFacts } from './preview-facts.ts';
import { figureSteps } from './production-version.ts';
import {
  neutraliseAs,
  nextDatabase,
  removeEverything,
  smokeBeforeRoute,
  updateStep,
  validateAs,
  wakeSlot,
} from './serve.ts';
import { dataSteps, makeSteps, type RefreshFacts, removeRealFiles, restoreSteps } from './staging.ts';

export interface Rehearsal {
  /** Of an environment of its own, with the image that staging proved. */
  readonly facts: EnvironmentFacts;
  readonly data: RefreshFacts;
  readonly release: Pick<Release, 'image' | 'imageDigest'>;
  /** The project's own figures. */
  readonly invariants: readonly OwnInvariant[];
}

export const planRehearsal = (rehearsal: Rehearsal): Plan => {
  const { facts, data, release } = rehearsal;
  const away = [...showing(null, ...removeEverything(facts)), ...removeRealFiles(facts, data, false)];
  return {
    kind: 'rehearse',
    steps: [
      ...showing(null, ...removeEverything(facts).map((step) => ({ ...step, name: `clear-${step.name}` }))),
      // Before anything takes long: without it there is nothing to rehearse.
      ...showing(
        'testing',
        requireArtifact.as('require-artifact', { image: release.image, digest: release.imageDigest }),
      ),
      ...makeSteps(data),
      ...(data.make === null ? [] : showing('building', pruneSnapshots.as('prune-snapshots', data.make.keep))),
      ...copySteps(rehearsal),
      ...showing('testing', ...changedSteps(rehearsal), ...provedSteps(facts)),
      ...showing(null, ...removeEverything(facts)),
    ],
    cleanUp: away,
  };
};

/** Production is copied in its server, which takes another time than restoring: so the copy is made once more, of what was restored. */
const copySteps = ({ facts, data }: Rehearsal): PlannedStep[] => {
  const { database, role, environment: owner } = facts;
  if (data.template !== null) return dataSteps(facts, data, database);
  const restored = nextDatabase(database);
  return showing(
    'building',
    ...restoreSteps(facts, data, restored),
    cloneDatabase.as('copy-database', { from: restored, to: database, role, owner, pooled: false }),
    dropDatabase.as('drop-restored', { database: restored }),
    neutraliseAs('neutralise-database', facts, database, 'arrival'),
    validateAs(facts, database, true),
  );
};

/** As on production: figures, update, figures. What they say is written down, and holds nothing up. */
const changedSteps = ({ facts, invariants }: Rehearsal): Step[] => {
  const { update, install } = facts.change;
  if (update.length + install.length === 0) return [];
  const { environment, database, role } = facts;
  const of = { environment, owner: environment, database, role };
  const figures = figureSteps(facts, database, { invariants, broken: 'tell' });
  return [
    measureTables.as('tables-before', { of, before: null }),
    figures.before,
    updateStep(facts, database, { watched: true }),
    figures.after,
    measureTables.as('tables-after', { of, before: 'tables-before' }),
    // What was installed may have brought scheduled actions, which are born active.
    neutraliseAs('neutralise-again', facts, database, 'update'),
    validateAs(facts, database, false),
  ];
};

const provedSteps = (facts: EnvironmentFacts): Step[] =>
  smokeBeforeRoute(facts, 'blue', wakeSlot(facts, 'blue', facts.image.reference)).filter(
    ({ kind }) => kind !== 'switch-route',
  );
