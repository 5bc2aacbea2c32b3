/**
 * Production that Slipway runs. The new version starts beside the one that serves and takes over when it is proved; what served is
 * kept as the way back, with the database that it had.
 */
import type { OwnInvariant } from '@slipway/contracts/invariants-config';
import type { Slot } from '../domain/names.ts';
import type { Release } from '../domain/release.ts';
import type { Step } from '../engine/interpret.ts';
import { addFilestore } from '../steps/add-filestore.ts';
import { bootCron } from '../steps/boot-cron.ts';
import { claimDatabase } from '../steps/claim-database.ts';
import { cloneDatabase } from '../steps/clone-database.ts';
import { compareInvariants } from '../steps/compare-invariants.ts';
import { createDatabase } from '../steps/create-database.ts';
import { dropDatabase } from '../steps/drop-database.ts';
import { dropRole } from '../steps/drop-role.ts';
import { ensureRole } from '../steps/ensure-role.ts';
import { freezeWrites } from '../steps/freeze-writes.ts';
import { measureInvariants } from '../steps/measure-invariants.ts';
import { moveBranch } from '../steps/move-branch.ts';
import { moveSessions } from '../steps/move-sessions.ts';
import { pruneSnapshots } from '../steps/prune-snapshots.ts';
import { removeCron } from '../steps/remove-cron.ts';
import { removeFilestore } from '../steps/remove-filestore.ts';
import { removeSlot } from '../steps/remove-slot.ts';
import { requireArtifact } from '../steps/require-artifact.ts';
import { setRoute } from '../steps/set-route.ts';
import { stopSlot } from '../steps/stop-slot.ts';
import { thawWrites } from '../steps/thaw-writes.ts';
import { updateModules } from '../steps/update-modules.ts';
import { writeSnapshot } from '../steps/write-snapshot.ts';
import { type Plan, type PlannedStep, showing } from './plan.ts';
import type { EnvironmentFacts } from './preview-facts.ts';
import { image, odooFacts, otherSlot, ownDatabase, smokeBeforeRoute, wakeSlot } from './serve.ts';
import { type RefreshFacts, restoreSteps, type SnapshotFacts } from './staging.ts';

/** One version of production: what it is made of (with the database it has), and where it runs. */
export interface Version {
  readonly facts: EnvironmentFacts;
  readonly slot: Slot;
}

export interface ProductionSettings {
  readonly drainSeconds: number;
  readonly cronThreads: number;
}

const cron = ({ facts }: Version, { cronThreads }: ProductionSettings, name: string): Step =>
  bootCron.as(name, { odoo: odooFacts(facts), threads: cronThreads });

const stopOld = ({ facts, slot }: Version, { drainSeconds }: ProductionSettings): Step =>
  stopSlot.as(`stop-${slot}`, { environment: facts.environment, slot, graceSeconds: drainSeconds });

/** Goes on with what served: its container runs, or is started again, and its scheduled actions with it. */
const serveAgain = (former: Version, settings: ProductionSettings): Step[] => [
  ...wakeSlot(former.facts, former.slot, former.facts.image.reference),
  cron(former, settings, 'cron-as-before'),
];

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
    dropDatabase.as('clear-database', { database }),
    createDatabase.as('create-database', { database, role, owner: environment }),
    updateModules.as('install-modules', {
      odoo: odooFacts(facts),
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

const updateSteps = (facts: EnvironmentFacts, database: string): PlannedStep[] => {
  const { update, install } = facts.change;
  if (update.length + install.length === 0) return [];
  return showing(
    'testing',
    updateModules.as('update-modules', {
      odoo: { ...odooFacts(facts), database },
      install: [...install],
      update: [...update],
      testTags: null,
      demo: false,
      seconds: facts.settings.updateSeconds,
      report: `update-${facts.image.sha.slice(0, 12)}`,
    }),
  );
};

export interface Deployment {
  /** `facts.database`: the one that it will have; another than the former's when modules are updated. */
  readonly next: Version;
  readonly former: Version;
  readonly release: Release;
  readonly backup: SnapshotFacts | null;
  readonly settings: ProductionSettings;
  /** How long saving is expected not to be possible, where modules are updated. */
  readonly forecastSeconds: number;
  /** The project's own figures that an update may not change. */
  readonly invariants: readonly OwnInvariant[];
  readonly mark: Parameters<typeof moveBranch.as>[1];
}

export const planDeployProduction = (deployment: Deployment): Plan =>
  deployment.next.facts.database === deployment.former.facts.database
    ? planCodeOnly(deployment)
    : planWithMigration(deployment);

/** The image that was proved, and the way back that nobody has to think of. */
const beforehand = ({ release, backup }: Deployment): PlannedStep[] => [
  ...showing('testing', requireArtifact.as('require-artifact', { image: release.image, digest: release.imageDigest })),
  ...(backup === null
    ? []
    : showing('building', writeSnapshot.as('back-up', backup.write), pruneSnapshots.as('prune-backups', backup.keep))),
];

const afterwards = ({ next, former, settings, mark }: Deployment): PlannedStep[] =>
  showing(null, cron(next, settings, 'start-cron'), stopOld(former, settings), moveBranch.as('move-branch', mark));

/** Both versions run on the same database; requests go from one to the other without one being held. */
const planCodeOnly = (deployment: Deployment): Plan => {
  const { next, former, settings } = deployment;
  const { environment } = next.facts;
  return {
    kind: 'deploy-production',
    steps: [...beforehand(deployment), ...showing('building', ...provenSlot(next)), ...afterwards(deployment)],
    cleanUp: showing(
      null,
      ...serveAgain(former, settings),
      removeSlot.as('remove-new-slot', { environment, slot: next.slot }),
    ),
  };
};

/** Started, waited for, asked everything that a smoke test asks, and only then where people are sent. */
const provenSlot = ({ facts, slot }: Version): Step[] =>
  smokeBeforeRoute(facts, slot, wakeSlot(facts, slot, facts.image.reference));

/** From here on a deployment has a database of its own, and the way back before the last one is gone. */
export const CLEAR_COPY = 'clear-copy';

/** Seconds that requests which write get to finish once nobody may begin new ones. */
const FREEZE_SECONDS = 20;

/**
 * From the copy on nobody writes: what were written would be lost. The former version goes on answering who only reads, until the new
 * one is proved on the updated copy. The former database is not touched any more: it is the way back.
 */
const planWithMigration = (deployment: Deployment): Plan => {
  const { next, former, settings, forecastSeconds, invariants } = deployment;
  const { environment, host, role } = next.facts;
  const names = { from: former.facts.database, to: next.facts.database };
  const of = { environment, owner: environment, database: names.to, role };
  const hold = (name: string): Step => setRoute.as(name, { environment, host, route: { kind: 'hold' } });
  return {
    kind: 'deploy-production',
    steps: [
      ...beforehand(deployment),
      ...showing(
        'building',
        dropDatabase.as(CLEAR_COPY, { database: names.to }),
        removeCron.as('stop-cron', { environment }),
        hold('hold-requests'),
        freezeWrites.as('freeze-writes', { database: names.from, role, graceSeconds: FREEZE_SECONDS }),
        cloneDatabase.as('copy-database', { ...names, role, owner: environment, pooled: false }),
        addFilestore.as('copy-filestore', {
          from: environment,
          to: environment,
          fromDatabase: names.from,
          toDatabase: names.to,
        }),
        setRoute.as('serve-reads', {
          environment,
          host,
          route: { kind: 'read-only', slot: former.slot, seconds: forecastSeconds },
        }),
        thawWrites.as('open-copy', { database: names.to, role }),
        measureInvariants.as('measure-before', { of, own: [...invariants], as: 'before' }),
      ),
      ...updateSteps(next.facts, names.to),
      ...showing(
        'testing',
        compareInvariants.as('compare-figures', {
          of,
          own: [...invariants],
          as: 'after',
          before: { step: 'measure-before' },
          broken: 'fail',
        }),
      ),
      ...showing('building', ...switchSteps(next, { former, hold })),
      ...afterwards(deployment),
    ],
    cleanUp: showing(
      null,
      removeSlot.as('remove-new-slot', { environment, slot: next.slot }),
      thawWrites.as('thaw-writes', { database: names.from, role }),
      moveSessions.as('sessions-as-before', { owner: environment, from: names.to, to: names.from }),
      ...serveAgain(former, settings),
      // Until it is cleared, that name is the way back of what serves.
      dropDatabase.as('drop-copy', { database: names.to, after: CLEAR_COPY }),
    ),
  };
};

/** Proved first; then, while requests wait for a moment, sessions and traffic go over together. */
const switchSteps = (
  next: Version,
  { former, hold }: { readonly former: Version; readonly hold: (name: string) => Step },
): Step[] => {
  const steps = provenSlot(next);
  const sessions = moveSessions.as('move-sessions', {
    owner: next.facts.environment,
    from: former.facts.database,
    to: next.facts.database,
  });
  return [...steps.slice(0, -1), hold('hold-for-switch'), sessions, ...steps.slice(-1)];
};

export interface Rollback {
  /** What is gone back to. */
  readonly back: Version;
  readonly now: Version;
  readonly settings: ProductionSettings;
}

/** A plan like any other: what was proved before starts again and takes over; what served until now is stopped and kept. */
export const planRollbackProduction = ({ back, now, settings }: Rollback): Plan => {
  const { environment, host, role } = back.facts;
  const names = { from: now.facts.database, to: back.facts.database };
  const same = names.from === names.to;
  const hold = setRoute.as('hold-for-switch', { environment, host, route: { kind: 'hold' } });
  const steps = provenSlot(back);
  return {
    kind: 'rollback-production',
    steps: [
      // Odoo does not start on a database that takes no writes; nobody is sent to it yet.
      ...(same ? [] : showing('building', thawWrites.as('thaw-writes', { database: names.to, role }))),
      ...showing('building', ...steps.slice(0, -1)),
      ...(same
        ? []
        : showing(
            'building',
            removeCron.as('stop-cron', { environment }),
            hold,
            freezeWrites.as('freeze-writes', { database: names.from, role, graceSeconds: FREEZE_SECONDS }),
            moveSessions.as('move-sessions', { owner: environment, ...names }),
          )),
      ...showing('building', ...steps.slice(-1)),
      ...showing(null, cron(back, settings, 'start-cron'), stopOld(now, settings)),
    ],
    cleanUp: showing(
      null,
      ...(same
        ? []
        : [
            thawWrites.as('thaw-former', { database: names.from, role }),
            moveSessions.as('sessions-as-before', { owner: environment, from: names.to, to: names.from }),
          ]),
      ...serveAgain(now, settings),
      stopOld(back, { ...settings, drainSeconds: 1 }),
      ...(same ? [] : [freezeWrites.as('close-again', { database: names.to, role, graceSeconds: 1 })]),
    ),
  };
};

/** What is meant to serve and does not: its container is gone, or that of its scheduled actions. */
export const planStartProduction = (version: Version, settings: ProductionSettings): Plan => ({
  kind: 'start-production',
  steps: showing(null, ...serveAgain(version, settings)),
  cleanUp: [],
});

export const nextSlot = ({ slot }: Version): Slot => otherSlot(slot);
