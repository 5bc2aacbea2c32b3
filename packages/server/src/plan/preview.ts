import type { Slot } from '../domain/names.ts';
import type { Step } from '../engine/interpret.ts';
import { aliasFilestore } from '../steps/alias-filestore.ts';
import { awaitReady } from '../steps/await-ready.ts';
import { bootSlot } from '../steps/boot-slot.ts';
import { buildImage } from '../steps/build-image.ts';
import { cloneDatabase } from '../steps/clone-database.ts';
import { cloneFilestore } from '../steps/clone-filestore.ts';
import { dropDatabase } from '../steps/drop-database.ts';
import { dropRole } from '../steps/drop-role.ts';
import { ensureRole } from '../steps/ensure-role.ts';
import { ensureTemplate } from '../steps/ensure-template.ts';
import { forgetSecrets } from '../steps/forget-secrets.ts';
import { neutraliseDatabase } from '../steps/neutralise-database.ts';
import { putBackDatabase } from '../steps/put-back-database.ts';
import { removeFilestore } from '../steps/remove-filestore.ts';
import { removeSlot } from '../steps/remove-slot.ts';
import { setRoute } from '../steps/set-route.ts';
import { stopSlot } from '../steps/stop-slot.ts';
import { switchRoute } from '../steps/switch-route.ts';
import { takeOverDatabase } from '../steps/take-over-database.ts';
import { updateModules } from '../steps/update-modules.ts';
import { validateDatabase } from '../steps/validate-database.ts';
import { type Plan, type PlannedStep, showing } from './plan.ts';
import type { ImageFacts, PreviewFacts } from './preview-facts.ts';

type OdooRunInput = Parameters<typeof bootSlot.as>[1]['odoo'];

export const otherSlot = (slot: Slot): Slot => (slot === 'blue' ? 'green' : 'blue');
export const nextDatabase = (database: string): string => `${database}_next`;
export const previousDatabase = (database: string): string => `${database}_prev`;

/** Opens a preview, or brings a living one to another commit; `former`: the facts of what serves now. The shapes are the four reasons why they differ. */
export const planPreview = (facts: PreviewFacts, former: PreviewFacts = facts): Plan => {
  if (facts.existing === null) return planNewPreview(facts);
  const touchesDatabase = facts.change.update.length + facts.change.install.length > 0;
  const existing = { ...facts.existing, facts: former };
  return touchesDatabase ? planUpdatedPreview(facts, existing) : planRestartedPreview(facts, existing);
};

/** What serves now, and the facts that it was started from: going back to it must not ask for what only the new commit has. */
type Existing = NonNullable<PreviewFacts['existing']> & { readonly facts: PreviewFacts };

/** What served a minute ago goes on, on the database that it had: it was validated when it started, and is not started anew on other data. */
const serveFormer = ({ facts, slot, image: reference, awake }: Existing): PlannedStep[] =>
  showing(
    null,
    ...(awake
      ? wakeSlot(facts, slot, reference)
      : [
          setRoute.as('wake-on-request', { environment: facts.environment, host: facts.host, route: { kind: 'wake' } }),
        ]),
  );

const planNewPreview = (facts: PreviewFacts): Plan => ({
  kind: 'open-preview',
  steps: [
    ...(facts.fresh ? showing('building', ...removeEverything(facts)) : []),
    ...showing('building', ...templateSteps(facts), image('build-image', facts, facts.image)),
    ...showing(
      'building',
      ensureRole.as('make-role', { owner: facts.environment, role: facts.role }),
      cloneDatabase.as('clone-database', {
        from: facts.template.database,
        to: facts.database,
        role: facts.role,
        owner: facts.environment,
        pooled: true,
      }),
      cloneFilestore.as('clone-filestore', {
        from: templateOwner(facts),
        to: facts.environment,
        fromDatabase: facts.template.database,
        toDatabase: facts.database,
      }),
      neutraliseAs('neutralise-database', facts, facts.database, 'arrival'),
    ),
    ...changeSteps(facts, facts.database),
    ...showing('building', validateAs(facts, facts.database, true)),
    ...serveSteps(facts, 'blue'),
  ],
  cleanUp: showing(null, ...removeEverything(facts)),
});

/** Same database, new code: the new slot starts beside the old one and takes over; nobody waits. */
const planRestartedPreview = (facts: PreviewFacts, existing: Existing): Plan => {
  const slot = otherSlot(existing.slot);
  return {
    kind: 'restart-preview',
    steps: [
      ...showing(
        'building',
        image('build-image', facts, facts.image),
        neutraliseAs('neutralise-database', facts, facts.database, 'restart'),
        validateAs(facts, facts.database, false),
      ),
      ...serveSteps(facts, slot),
      ...showing('building', removeSlot.as('remove-old-slot', { environment: facts.environment, slot: existing.slot })),
    ],
    cleanUp: [
      ...serveFormer(existing),
      ...showing(null, removeSlot.as('remove-new-slot', { environment: facts.environment, slot })),
    ],
  };
};

/** The update runs on a copy while the old version goes on serving; only the swap and the start are felt. */
const planUpdatedPreview = (facts: PreviewFacts, existing: Existing): Plan => {
  const { environment, host, database } = facts;
  const slot = otherSlot(existing.slot);
  const names = { database, next: nextDatabase(database), previous: previousDatabase(database) };
  const old = { environment, slot: existing.slot };
  return {
    kind: 'update-preview',
    steps: [
      ...showing(
        'building',
        image('build-image', facts, facts.image),
        dropDatabase.as('clear-copy', { database: names.next }),
        cloneDatabase.as('copy-database', {
          from: database,
          to: names.next,
          role: facts.role,
          owner: environment,
          pooled: false,
        }),
        aliasFilestore.as('alias-filestore', { owner: environment, database, also: names.next }),
      ),
      ...changeSteps(facts, names.next),
      ...showing(
        'building',
        // On the copy, while the old version serves; it is the same database that starts a moment later under its own name.
        validateAs(facts, names.next, false),
        setRoute.as('hold-requests', { environment, host, route: { kind: 'hold' } }),
        removeSlot.as('remove-old-slot', old),
        takeOverDatabase.as('take-over-database', names),
      ),
      ...serveSteps(facts, slot),
      ...showing('building', dropDatabase.as('drop-old-database', { database: names.previous })),
    ],
    cleanUp: [
      ...showing(
        null,
        removeSlot.as('remove-new-slot', { environment, slot }),
        putBackDatabase.as('put-back-database', names),
      ),
      ...serveFormer(existing),
    ],
  };
};

/** Goes to sleep: memory is freed, database and files stay, the first request wakes it. */
export const planSleep = (facts: { environment: string; host: string; slot: Slot }): Plan => ({
  kind: 'sleep-preview',
  steps: showing(
    null,
    setRoute.as('wake-on-request', { environment: facts.environment, host: facts.host, route: { kind: 'wake' } }),
    stopSlot.as('stop-slot', { environment: facts.environment, slot: facts.slot }),
  ),
  cleanUp: [],
});

export const planWake = (facts: PreviewFacts, slot: Slot, reference: string): Plan => ({
  kind: 'wake-preview',
  steps: showing(null, validateAs(facts, facts.database, false), ...wakeSlot(facts, slot, reference)),
  cleanUp: planSleep({ environment: facts.environment, host: facts.host, slot }).steps,
});

/** Everything that the environment owns goes; a page says that it was closed. */
export const planClose = (facts: { environment: string; host: string; database: string; role: string }): Plan => ({
  kind: 'close-preview',
  steps: showing(
    null,
    setRoute.as('show-closed', {
      environment: facts.environment,
      host: facts.host,
      route: { kind: 'page', page: 'closed', facts: {} },
    }),
    ...removeEverything(facts),
  ),
  cleanUp: [],
});

const removeEverything = (facts: { environment: string; database: string; role: string }): Step[] => [
  removeSlot.as('remove-blue', { environment: facts.environment, slot: 'blue' }),
  removeSlot.as('remove-green', { environment: facts.environment, slot: 'green' }),
  dropDatabase.as('drop-database', { database: facts.database }),
  dropDatabase.as('drop-next-database', { database: nextDatabase(facts.database) }),
  dropDatabase.as('drop-old-database', { database: previousDatabase(facts.database) }),
  dropRole.as('drop-role', { role: facts.role }),
  removeFilestore.as('remove-filestore', { owner: facts.environment }),
  forgetSecrets.as('forget-secrets', { owner: facts.environment }),
];

const templateOwner = (facts: PreviewFacts): string => `${facts.project}/template-${facts.template.key}`;

const templateSteps = (facts: PreviewFacts): Step[] => {
  const { template } = facts;
  const ensure = ensureTemplate.as('ensure-template', {
    key: template.key,
    odoo: {
      ...odooFacts(facts),
      owner: templateOwner(facts),
      image: template.image.reference,
      database: template.database,
      role: template.role,
      addonsPath: imageAddons(template.image),
      variables: {},
      secretNames: [],
    },
    install: [...template.install],
    demo: facts.settings.demo,
    seconds: facts.settings.updateSeconds,
  });
  return template.ready ? [ensure] : [image('build-template-image', facts, template.image), ensure];
};

const image = (name: string, facts: PreviewFacts, of: ImageFacts): Step =>
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

const changeSteps = (facts: PreviewFacts, database: string): PlannedStep[] => {
  const { update, install } = facts.change;
  if (update.length + install.length === 0) return [];
  return showing(
    'testing',
    updateModules.as('update-modules', {
      odoo: { ...odooFacts(facts), database },
      install: [...install],
      update: [...update],
      testTags: facts.settings.testTags,
      demo: facts.settings.demo,
      seconds: facts.settings.updateSeconds,
      report: `update-${facts.image.sha.slice(0, 12)}`,
    }),
    // What was installed may have brought scheduled actions, which are born active.
    neutraliseAs('neutralise-again', facts, database, 'update'),
  );
};

const ownDatabase = (facts: PreviewFacts, database: string) => ({
  environment: facts.environment,
  owner: facts.environment,
  database,
  role: facts.role,
  url: facts.url,
  parameters: { ...facts.settings.parameters },
});

const neutraliseAs = (
  name: string,
  facts: PreviewFacts,
  database: string,
  occasion: 'arrival' | 'update' | 'restart',
): Step =>
  neutraliseDatabase.as(name, {
    of: ownDatabase(facts, database),
    occasion,
    code: {
      project: facts.project,
      sha: facts.image.sha,
      roots: [...facts.image.roots],
      base: facts.base.reference,
    },
  });

const validateAs = (facts: PreviewFacts, database: string, arrival: boolean): Step =>
  validateDatabase.as('validate-database', { of: ownDatabase(facts, database), arrival });

const serveSteps = (facts: PreviewFacts, slot: Slot): PlannedStep[] =>
  showing('building', ...wakeSlot(facts, slot, facts.image.reference));

const wakeSlot = (facts: PreviewFacts, slot: Slot, reference: string): Step[] => [
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

const imageAddons = (of: ImageFacts): string[] =>
  of.roots.map((folder) => (folder === '.' ? '/mnt/slipway' : `/mnt/slipway/${folder}`));

const odooFacts = (facts: PreviewFacts): OdooRunInput => ({
  project: facts.project,
  environment: facts.environment,
  owner: facts.environment,
  stage: 'preview',
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
});
