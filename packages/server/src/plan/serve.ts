/** What plans are made of: the steps that every environment with an Odoo needs, whatever brings it about. */
import type { Slot } from '../domain/names.ts';
import type { Step } from '../engine/interpret.ts';
import { awaitReady } from '../steps/await-ready.ts';
import { bootSlot } from '../steps/boot-slot.ts';
import { buildImage } from '../steps/build-image.ts';
import { checkRepository } from '../steps/check-repository.ts';
import { drainSlot } from '../steps/drain-slot.ts';
import { dropDatabase } from '../steps/drop-database.ts';
import { dropRole } from '../steps/drop-role.ts';
import { expectCheck } from '../steps/expect-check.ts';
import { forgetSecrets } from '../steps/forget-secrets.ts';
import { neutraliseDatabase } from '../steps/neutralise-database.ts';
import { removeFilestore } from '../steps/remove-filestore.ts';
import { removeSlot } from '../steps/remove-slot.ts';
import { setRoute } from '../steps/set-route.ts';
import { smokeSlot } from '../steps/smoke-slot.ts';
import { switchRoute } from '../steps/switch-route.ts';
import { updateModules } from '../steps/update-modules.ts';
import { validateDatabase } from '../steps/validate-database.ts';
import { type PlannedStep, showing } from './plan.ts';
import type { EnvironmentFacts, ImageFacts } from './preview-facts.ts';

type OdooRunInput = Parameters<typeof bootSlot.as>[1]['odoo'];

export const otherSlot = (slot: Slot): Slot => (slot === 'blue' ? 'green' : 'blue');
export const nextDatabase = (database: string): string => `${database}_next`;
export const previousDatabase = (database: string): string => `${database}_prev`;

/** Seconds that requests get to be answered by an Odoo that nobody is sent to any more. */
const DRAIN_SECONDS = 30;
/** The same while everybody else is held: an edge holds for half a minute, and the next Odoo has yet to start. */
const HELD_DRAIN_SECONDS = 15;

type Drained = { readonly environment: string; readonly slot: Slot };

/** `name` says which slot it is of: `drain-old-slot`. */
export const drain = (name: string, { environment, slot }: Drained, seconds: number = DRAIN_SECONDS): Step =>
  drainSlot.as(name, { environment, slot, seconds });

export const drainWhileHeld = (name: string, of: Drained): Step => drain(name, of, HELD_DRAIN_SECONDS);

/** What serves now, and the facts that it was started from: going back to it must not ask for what only the new commit has. */
export type Existing = NonNullable<EnvironmentFacts['existing']> & { readonly facts: EnvironmentFacts };

/** What served a minute ago goes on, on the database that it had: it was validated when it started, and is not started anew on other data. */
export const serveFormer = ({ facts, slot, image: reference, awake }: Existing): PlannedStep[] =>
  showing(
    null,
    ...(awake
      ? wakeSlot(facts, slot, reference)
      : [
          setRoute.as('wake-on-request', { environment: facts.environment, host: facts.host, route: { kind: 'wake' } }),
        ]),
  );

export const removeEverything = (facts: { environment: string; database: string; role: string }): Step[] => [
  removeSlot.as('remove-blue', { environment: facts.environment, slot: 'blue' }),
  removeSlot.as('remove-green', { environment: facts.environment, slot: 'green' }),
  dropDatabase.as('drop-database', { database: facts.database }),
  dropDatabase.as('drop-next-database', { database: nextDatabase(facts.database) }),
  dropDatabase.as('drop-old-database', { database: previousDatabase(facts.database) }),
  dropRole.as('drop-role', { role: facts.role }),
  removeFilestore.as('remove-filestore', { owner: facts.environment }),
  forgetSecrets.as('forget-secrets', { owner: facts.environment }),
];

export const image = (name: string, facts: EnvironmentFacts, of: ImageFacts): Step =>
  buildImage.as(name, {
    project: facts.project,
    sha: of.sha,
    base: facts.base.reference,
    baseDigest: facts.base.digest,
    packages: [...of.packages],
    requirements: [...of.requirements],
    addons: [...of.addons],
    lockHash: of.lockHash,
    contentHash: of.contentHash,
    build: facts.build,
  });

/** One Odoo run that brings a database to the modules of the commit. */
export const updateStep = (
  facts: EnvironmentFacts,
  database: string,
  how: Partial<Pick<Parameters<typeof updateModules.as>[1], 'testTags' | 'demo' | 'watched'>> = {},
): Step =>
  updateModules.as('update-modules', {
    odoo: { ...odooFacts(facts), database },
    install: [...facts.change.install],
    update: [...facts.change.update],
    testTags: null,
    demo: false,
    seconds: facts.settings.updateSeconds,
    ...how,
    report: `update-${facts.image.sha.slice(0, 12)}`,
  });

export const changeSteps = (facts: EnvironmentFacts, database: string): PlannedStep[] => {
  const { update, install } = facts.change;
  if (update.length + install.length === 0) return [];
  return showing(
    'testing',
    updateStep(facts, database, { testTags: facts.settings.testTags, demo: facts.settings.demo }),
    // What was installed may have brought scheduled actions, which are born active.
    neutraliseAs('neutralise-again', facts, database, 'update'),
    // Not as on arrival: Odoo has run, and what it queued is its own.
    validateAs(facts, database, false),
  );
};

export const ownDatabase = (facts: EnvironmentFacts, database: string) => ({
  environment: facts.environment,
  owner: facts.environment,
  database,
  role: facts.role,
  url: facts.url,
  parameters: { ...facts.settings.parameters },
});

/** Where the code of the modules is: what they leave switched on is known from it. */
export const codeOf = (facts: EnvironmentFacts) => ({
  project: facts.project,
  sha: facts.image.sha,
  roots: [...facts.image.roots],
  base: facts.base.reference,
});

export const neutraliseAs = (
  name: string,
  facts: EnvironmentFacts,
  database: string,
  occasion: 'arrival' | 'update' | 'restart',
): Step =>
  neutraliseDatabase.as(name, {
    of: ownDatabase(facts, database),
    occasion,
    code: codeOf(facts),
  });

export const validateAs = (facts: EnvironmentFacts, database: string, arrival: boolean): Step =>
  validateDatabase.as(arrival ? 'validate-arrival' : 'validate-database', {
    of: ownDatabase(facts, database),
    arrival,
  });

export const serveSteps = (facts: EnvironmentFacts, slot: Slot): PlannedStep[] =>
  showing(
    'building',
    ...smokeBeforeRoute(facts, slot, wakeSlot(facts, slot, facts.image.reference)).flatMap((step) =>
      step.kind === 'boot-slot' ? [step, ...expectReport(facts)] : [step],
    ),
  );

const commitOf = ({ project, environment, image: { sha } }: EnvironmentFacts) => ({ project, environment, sha });

/** Begun once Odoo starts: what is left is waiting for it, and the guards' report may take as long. */
const expectReport = (facts: EnvironmentFacts): Step[] =>
  facts.settings.guards === 'report' ? [expectCheck.as('expect-check', commitOf(facts))] : [];

/** First of all, where errors of the guards are to keep the commit from being built. */
export const blockingCheck = (facts: EnvironmentFacts): PlannedStep[] =>
  facts.settings.guards === 'block'
    ? showing('building', checkRepository.as('check-repository', { ...commitOf(facts), errors: 'block' }))
    : [];

/** Last of all, where they are only told: the commit serves by then. */
export const reportingCheck = (facts: EnvironmentFacts): PlannedStep[] =>
  facts.settings.guards === 'report'
    ? showing(null, checkRepository.as('check-repository', { ...commitOf(facts), errors: 'report' }))
    : [];

/** Not of what merely wakes or is put back: that was proved when it was new. */
export const smokeBeforeRoute = (facts: EnvironmentFacts, slot: Slot, steps: readonly Step[]): Step[] => {
  const { smoke, stage } = facts;
  if (smoke === undefined || stage === 'preview') return [...steps];
  const smokeStep = smokeSlot.as(`smoke-${slot}`, {
    project: facts.project,
    environment: facts.environment,
    stage,
    slot,
    url: facts.url,
    series: facts.series,
    database: facts.database,
    sha: facts.image.sha,
    checks: smoke,
    expectedModules: [...facts.wanted],
  });
  return steps.flatMap((step) => (step.kind === 'switch-route' ? [smokeStep, step] : [step]));
};

export const wakeSlot = (facts: EnvironmentFacts, slot: Slot, reference: string): Step[] => [
  bootSlot.as(`boot-${slot}`, { slot, odoo: { ...odooFacts(facts), image: reference } }),
  awaitReady.as(`await-${slot}`, {
    environment: facts.environment,
    slot,
    database: facts.database,
    repositoryModules: [...facts.modules],
    expectedModules: [...facts.wanted],
    seconds: facts.settings.bootSeconds,
  }),
  switchRoute.as(`route-to-${slot}`, { environment: facts.environment, host: facts.host, slot }),
];

export const imageAddons = (of: ImageFacts): string[] =>
  of.roots.map((folder) => (folder === '.' ? '/mnt/slipway' : `/mnt/slipway/${folder}`));

export const odooFacts = (facts: EnvironmentFacts): OdooRunInput => ({
  project: facts.project,
  environment: facts.environment,
  owner: facts.environment,
  stage: facts.stage,
  series: facts.series,
  image: facts.image.reference,
  database: facts.database,
  role: facts.role,
  addonsPath: imageAddons(facts.image),
  memoryBytes: facts.settings.memoryBytes,
  cpus: facts.settings.cpus,
  workers: facts.settings.workers,
  variables: { ...facts.settings.variables },
  secretNames: [...facts.settings.secretNames],
  ...outside(facts.settings.outside),
});

export const outside = (hosts: EnvironmentFacts['settings']['outside']): Pick<OdooRunInput, 'outside'> => {
  if (hosts === 'anything') return { outside: hosts };
  return hosts.length === 0 ? {} : { outside: [...hosts] };
};
