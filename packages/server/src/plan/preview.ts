import type { Slot } from '../domain/names.ts';
import type { Step } from '../engine/interpret.ts';
import { aliasFilestore } from '../steps/alias-filestore.ts';
import { cloneDatabase } from '../steps/clone-database.ts';
import { cloneFilestore } from '../steps/clone-filestore.ts';
import { dropDatabase } from '../steps/drop-database.ts';
import { ensureRole } from '../steps/ensure-role.ts';
import { ensureTemplate } from '../steps/ensure-template.ts';
import { expectSlot } from '../steps/expect-slot.ts';
import { putBackDatabase } from '../steps/put-back-database.ts';
import { removeSlot } from '../steps/remove-slot.ts';
import { setRoute } from '../steps/set-route.ts';
import { stopSlot } from '../steps/stop-slot.ts';
import { takeOverDatabase } from '../steps/take-over-database.ts';
import { type Plan, showing } from './plan.ts';
import type { EnvironmentFacts, PreviewFacts, TemplateFacts } from './preview-facts.ts';
import {
  blockingCheck,
  changeSteps,
  drain,
  drainWhileHeld,
  type Existing,
  image,
  imageAddons,
  neutraliseAs,
  nextDatabase,
  odooFacts,
  otherSlot,
  outside,
  previousDatabase,
  removeEverything,
  reportingCheck,
  serveFormer,
  serveSteps,
  validateAs,
  wakeSlot,
} from './serve.ts';

/** Opens a preview, or brings a living one to another commit; `former`: the facts of what serves now. The shapes are the four reasons why they differ. */
export const planPreview = (facts: PreviewFacts, former: PreviewFacts = facts): Plan => {
  return facts.existing === null ? planNewPreview(facts) : planDeploy(facts, { ...facts.existing, facts: former });
};

/** Brings a living environment to another commit, on the data that it has. */
export const planDeploy = (facts: EnvironmentFacts, existing: Existing): Plan =>
  facts.change.update.length + facts.change.install.length > 0
    ? planUpdate(facts, existing)
    : planRestart(facts, existing);

const planNewPreview = (facts: PreviewFacts): Plan => ({
  kind: 'open-preview',
  steps: [
    ...blockingCheck(facts),
    ...(facts.fresh ? showing('building', ...removeEverything(facts)) : []),
    ...showing('building', ...templateSteps(facts), image('build-image', facts, facts.image)),
    ...showing(
      'building',
      ...expectBlue(facts),
      ensureRole.as('make-role', { owner: facts.environment, role: facts.role }),
      cloneDatabase.as('clone-database', {
        from: facts.template.database,
        to: facts.database,
        role: facts.role,
        owner: facts.environment,
        pooled: true,
      }),
      cloneFilestore.as('clone-filestore', attachmentsOf(facts)),
      neutraliseAs('neutralise-database', facts, facts.database, 'arrival'),
      validateAs(facts, facts.database, true),
    ),
    ...changeSteps(facts, facts.database),
    ...serveSteps(facts, 'blue'),
    ...reportingCheck(facts),
  ],
  cleanUp: showing(null, ...removeEverything(facts)),
});

const attachmentsOf = (facts: PreviewFacts) => ({
  from: templateOwner(facts),
  to: facts.environment,
  fromDatabase: facts.template.database,
  toDatabase: facts.database,
});

/** Where modules are updated the job in between takes the network away again, and is what takes long. */
const expectBlue = (facts: PreviewFacts): Step[] =>
  facts.change.update.length + facts.change.install.length > 0
    ? []
    : [
        expectSlot.as('expect-blue', {
          environment: facts.environment,
          ...outside(facts.settings.outside),
          filestore: attachmentsOf(facts),
        }),
      ];

/** Same database, new code: the new slot starts beside the old one and takes over; nobody waits. */
const planRestart = (facts: EnvironmentFacts, existing: Existing): Plan => {
  const { environment } = facts;
  const slot = otherSlot(existing.slot);
  const old = { environment, slot: existing.slot };
  return {
    kind: `restart-${facts.stage}`,
    steps: [
      ...blockingCheck(facts),
      ...showing(
        'building',
        image('build-image', facts, facts.image),
        neutraliseAs('neutralise-database', facts, facts.database, 'restart'),
        validateAs(facts, facts.database, false),
      ),
      ...serveSteps(facts, slot),
      ...showing('building', drain('drain-old-slot', old), removeSlot.as('remove-old-slot', old)),
      ...reportingCheck(facts),
    ],
    cleanUp: [
      ...serveFormer(existing),
      ...showing(
        null,
        drain('drain-new-slot', { environment, slot }),
        removeSlot.as('remove-new-slot', { environment, slot }),
      ),
    ],
  };
};

/** The update runs on a copy while the old version goes on serving; only the swap and the start are felt. */
const planUpdate = (facts: EnvironmentFacts, existing: Existing): Plan => {
  const { environment, host, database } = facts;
  const slot = otherSlot(existing.slot);
  const names = { database, next: nextDatabase(database), previous: previousDatabase(database) };
  const old = { environment, slot: existing.slot };
  return {
    kind: `update-${facts.stage}`,
    steps: [
      ...blockingCheck(facts),
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
      // Validated on the copy, while the old version serves: it is the same database that starts a moment later under its own name.
      ...changeSteps(facts, names.next),
      ...showing(
        'building',
        setRoute.as('hold-requests', { environment, host, route: { kind: 'hold' } }),
        drainWhileHeld('drain-old-slot', old),
        removeSlot.as('remove-old-slot', old),
        takeOverDatabase.as('take-over-database', names),
      ),
      ...serveSteps(facts, slot),
      ...showing('building', dropDatabase.as('drop-old-database', { database: names.previous })),
      ...reportingCheck(facts),
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
    drain('drain-slot', facts),
    stopSlot.as('stop-slot', { environment: facts.environment, slot: facts.slot }),
  ),
  cleanUp: [],
});

export const planWake = (facts: EnvironmentFacts, slot: Slot, reference: string): Plan => ({
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

export const templateOwner = (facts: { readonly project: string; readonly template: TemplateFacts }): string =>
  `${facts.project}/template-${facts.template.key}`;

const templateSteps = (facts: PreviewFacts): Step[] => {
  const { template } = facts;
  if (template.fresh === null) return [];
  const ensure = ensureTemplate.as('ensure-template', {
    key: template.key,
    odoo: {
      ...odooFacts(facts),
      owner: templateOwner(facts),
      image: template.fresh.image.reference,
      database: template.database,
      role: template.role,
      addonsPath: imageAddons(template.fresh.image),
      variables: {},
      secretNames: [],
    },
    install: [...template.fresh.install],
    demo: facts.settings.demo,
    seconds: facts.settings.updateSeconds,
  });
  return template.ready ? [ensure] : [image('build-template-image', facts, template.fresh.image), ensure];
};
