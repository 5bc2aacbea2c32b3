/** Staging: the next release on a sanitised copy of production. The former copy serves until the new one is proved. */
import { landingOwner } from '../domain/names.ts';
import type { Step } from '../engine/interpret.ts';
import { addFilestore } from '../steps/add-filestore.ts';
import { cloneDatabase } from '../steps/clone-database.ts';
import { copyServer } from '../steps/copy-server.ts';
import { dropDatabase } from '../steps/drop-database.ts';
import { ensureCopy } from '../steps/ensure-copy.ts';
import { ensureRole } from '../steps/ensure-role.ts';
import { forgetSnapshot } from '../steps/forget-snapshot.ts';
import { logIn } from '../steps/log-in.ts';
import { probeDatabase } from '../steps/probe-database.ts';
import { pruneFilestore } from '../steps/prune-filestore.ts';
import { pruneSnapshots } from '../steps/prune-snapshots.ts';
import { putBackDatabase } from '../steps/put-back-database.ts';
import { recoverMoment } from '../steps/recover-moment.ts';
import { removeFilestore } from '../steps/remove-filestore.ts';
import { removeSlot } from '../steps/remove-slot.ts';
import { restoreSnapshot } from '../steps/restore-snapshot.ts';
import { setRoute } from '../steps/set-route.ts';
import { takeOverDatabase } from '../steps/take-over-database.ts';
import { writeSnapshot } from '../steps/write-snapshot.ts';
import { type Plan, type PlannedStep, showing } from './plan.ts';
import type { EnvironmentFacts, TemplateFacts } from './preview-facts.ts';
import {
  changeSteps,
  codeOf,
  drainWhileHeld,
  type Existing,
  image,
  neutraliseAs,
  nextDatabase,
  odooFacts,
  otherSlot,
  ownDatabase,
  previousDatabase,
  removeEverything,
  reportingCheck,
  serveFormer,
  serveSteps,
  validateAs,
  wakeSlot,
} from './serve.ts';

type Writing = Parameters<typeof writeSnapshot.as>[1];
type Recovering = Parameters<typeof recoverMoment.as>[1];
type Copying = Parameters<typeof copyServer.as>[1];
type Keeping = Parameters<typeof pruneSnapshots.as>[1];

/** A snapshot that is to be made, and what is kept afterwards. */
export interface SnapshotFacts {
  readonly write: Writing;
  readonly keep: Keeping;
}

/** A snapshot that is to be restored for an environment. */
export interface RefreshFacts {
  readonly snapshot: string;
  /** It is made by this very run; null: it is there. */
  readonly make: SnapshotFacts | null;
  /** It is made of the server's log by this very run, and gone after it; null: it is not. */
  readonly recover: Recovering | null;
  readonly store: Writing['store'];
  /** What the snapshot becomes, to be copied from then on; null: raw data, restored for this environment alone. */
  readonly template: TemplateFacts | null;
}

export const planSnapshot = (facts: SnapshotFacts): Plan => ({
  kind: 'create-snapshot',
  steps: showing(
    null,
    writeSnapshot.as('write-snapshot', facts.write),
    pruneSnapshots.as('prune-snapshots', facts.keep),
  ),
  cleanUp: [],
});

export const planPrune = (keep: Keeping): Plan => ({
  kind: 'prune-snapshots',
  steps: showing(null, pruneSnapshots.as('prune-snapshots', keep)),
  cleanUp: [],
});

export const planCopy = (copy: Copying): Plan => ({
  kind: 'copy-server',
  steps: showing(null, copyServer.as('copy-server', copy)),
  cleanUp: [],
});

export const makeSteps = ({ make, recover }: RefreshFacts): PlannedStep[] => [
  ...(make === null ? [] : showing('building', writeSnapshot.as('write-snapshot', make.write))),
  ...(recover === null ? [] : showing('building', recoverMoment.as('recover-moment', recover))),
];

/** What was recovered is in staging now, or nowhere: it is no backup that anybody would look for. */
const forgetSteps = ({ recover }: RefreshFacts): PlannedStep[] =>
  recover === null ? [] : showing(null, forgetSnapshot.as('forget-recovered', recover));

const restoringFor = (facts: EnvironmentFacts, refresh: RefreshFacts, database: string) => ({
  project: facts.project,
  snapshot: refresh.snapshot,
  store: refresh.store,
  series: facts.series,
  database,
  role: facts.role,
  owner: facts.environment,
  filesOwner: landingOwner(facts.environment),
});

const templateOwnerOf = (facts: EnvironmentFacts, { key }: TemplateFacts): string => `${facts.project}/template-${key}`;

const removeLanding = ({ environment }: EnvironmentFacts): Step =>
  removeFilestore.as('remove-landing', { owner: landingOwner(environment) });

/** Of real data that was to be restored nothing stays: neither where it landed, nor beside the attachments of what serves. */
export const removeRealFiles = (
  facts: EnvironmentFacts,
  { template }: RefreshFacts,
  serves: boolean,
): PlannedStep[] => {
  if (template !== null) return [];
  const { environment: owner, database } = facts;
  const beside = serves ? [pruneFilestore.as('prune-filestore', { owner, database })] : [];
  return showing(null, removeLanding(facts), ...beside);
};

/** A backup with real data for this environment alone, and its attachments. */
export const restoreSteps = (facts: EnvironmentFacts, refresh: RefreshFacts, database: string): Step[] => [
  ensureRole.as('make-role', { owner: facts.environment, role: facts.role }),
  removeFilestore.as('clear-landing', { owner: landingOwner(facts.environment) }),
  restoreSnapshot.as('restore-snapshot', restoringFor(facts, refresh, database)),
  addFilestore.as('add-filestore', {
    from: landingOwner(facts.environment),
    to: facts.environment,
    fromDatabase: database,
    toDatabase: facts.database,
  }),
  removeLanding(facts),
];

/** `database` holds the snapshot's data, switched off for this environment, and its attachments. */
export const dataSteps = (facts: EnvironmentFacts, refresh: RefreshFacts, database: string): PlannedStep[] => {
  const { template } = refresh;
  const role = ensureRole.as('make-role', { owner: facts.environment, role: facts.role });
  // Validated before any Odoo runs: what an update queues afterwards is its own, and is asked for again by `changeSteps`.
  const arrival = [neutraliseAs('neutralise-database', facts, database, 'arrival'), validateAs(facts, database, true)];
  if (template === null) return showing('building', ...restoreSteps(facts, refresh, database), ...arrival);
  const owner = templateOwnerOf(facts, template);
  const restore = {
    ...restoringFor(facts, refresh, template.database),
    role: template.role,
    owner,
    filesOwner: owner,
  };
  const of = { ...ownDatabase(facts, template.database), environment: owner, owner, role: template.role };
  return showing(
    'building',
    ensureCopy.as('restore-snapshot', {
      key: template.key,
      restore,
      of,
      code: codeOf(facts),
      image: facts.image.reference,
    }),
    role,
    dropDatabase.as('clear-copy', { database }),
    cloneDatabase.as('clone-database', {
      from: template.database,
      to: database,
      role: facts.role,
      owner: facts.environment,
      pooled: false,
    }),
    addFilestore.as('add-filestore', {
      from: owner,
      to: facts.environment,
      fromDatabase: template.database,
      toDatabase: facts.database,
    }),
    ...arrival,
  );
};

/** Before it serves, a copy of the copy tries to get out in every way that Odoo has. */
const probeAs = (facts: EnvironmentFacts, database: string): Step => {
  const { outside } = facts.settings;
  return probeDatabase.as('probe-database', {
    of: ownDatabase(facts, database),
    odoo: { ...odooFacts(facts), database },
    allow: outside === 'anything' ? [] : [...outside],
    seconds: PROBE_SECONDS,
  });
};
const PROBE_SECONDS = 180;

export const planRefresh = (facts: EnvironmentFacts, refresh: RefreshFacts, existing: Existing | null): Plan =>
  existing === null ? planFirstRefresh(facts, refresh) : planNextRefresh(facts, refresh, existing);

const planFirstRefresh = (facts: EnvironmentFacts, refresh: RefreshFacts): Plan => ({
  kind: 'refresh-staging',
  steps: [
    ...makeSteps(refresh),
    ...showing('building', image('build-image', facts, facts.image)),
    ...dataSteps(facts, refresh, facts.database),
    ...changeSteps(facts, facts.database),
    ...showing('testing', probeAs(facts, facts.database)),
    ...serveSteps(facts, 'blue'),
    ...forgetSteps(refresh),
    ...reportingCheck(facts),
  ],
  cleanUp: [
    ...showing(null, ...removeEverything(facts)),
    ...removeRealFiles(facts, refresh, false),
    ...forgetSteps(refresh),
  ],
});

const planNextRefresh = (facts: EnvironmentFacts, refresh: RefreshFacts, existing: Existing): Plan => {
  const { environment, host, database } = facts;
  const slot = otherSlot(existing.slot);
  const old = { environment, slot: existing.slot };
  const names = { database, next: nextDatabase(database), previous: previousDatabase(database) };
  return {
    kind: 'refresh-staging',
    steps: [
      ...makeSteps(refresh),
      ...showing('building', image('build-image', facts, facts.image)),
      ...dataSteps(facts, refresh, names.next),
      ...changeSteps(facts, names.next),
      ...showing('testing', probeAs(facts, names.next)),
      ...showing(
        'building',
        // The former copy serves all the while; from here on requests wait for the new one.
        setRoute.as('hold-requests', { environment, host, route: { kind: 'hold' } }),
        drainWhileHeld('drain-old-slot', old),
        removeSlot.as('remove-old-slot', old),
        takeOverDatabase.as('take-over-database', names),
      ),
      ...serveSteps(facts, slot),
      ...showing(
        'building',
        dropDatabase.as('drop-old-database', { database: names.previous }),
        pruneFilestore.as('prune-filestore', { owner: environment, database }),
      ),
      ...forgetSteps(refresh),
      ...reportingCheck(facts),
    ],
    cleanUp: [
      ...showing(
        null,
        removeSlot.as('remove-new-slot', { environment, slot }),
        putBackDatabase.as('put-back-database', names),
      ),
      ...serveFormer(existing),
      ...removeRealFiles(facts, refresh, true),
      ...forgetSteps(refresh),
    ],
  };
};

/** A backup is worth what its restore is worth: restored, started, logged in to, and thrown away. */
export const planDrill = (facts: EnvironmentFacts, refresh: RefreshFacts): Plan => {
  const [boot, ready] = wakeSlot(facts, 'blue', facts.image.reference);
  if (boot === undefined || ready === undefined) throw new Error('a slot is booted and waited for');
  return {
    kind: 'drill-backup',
    steps: [
      ...showing(null, ...removeEverything(facts).map((step) => ({ ...step, name: `clear-${step.name}` }))),
      ...showing('building', image('build-image', facts, facts.image)),
      ...dataSteps(facts, refresh, facts.database),
      ...showing(
        'testing',
        boot,
        ready,
        logIn.as('log-in', {
          environment: facts.environment,
          slot: 'blue',
          database: facts.database,
          user: 'admin',
        }),
      ),
      ...showing(null, ...removeEverything(facts)),
    ],
    cleanUp: [...showing(null, ...removeEverything(facts)), ...removeRealFiles(facts, refresh, false)],
  };
};
