/** What the plans of production are made of: a version of it, started, proved, stopped. */
import type { OwnInvariant } from '@slipway/contracts/invariants-config';
import type { Slot } from '../domain/names.ts';
import type { Step } from '../engine/interpret.ts';
import { bootCron } from '../steps/boot-cron.ts';
import { compareInvariants } from '../steps/compare-invariants.ts';
import { measureInvariants } from '../steps/measure-invariants.ts';
import { noteBaseline } from '../steps/note-baseline.ts';
import { stopSlot } from '../steps/stop-slot.ts';
import { type PlannedStep, showing } from './plan.ts';
import type { EnvironmentFacts } from './preview-facts.ts';
import { drain, odooFacts, smokeBeforeRoute, updateStep, wakeSlot } from './serve.ts';

/** One version of production: what it is made of (with the database it has), and where it runs. */
export interface Version {
  readonly facts: EnvironmentFacts;
  readonly slot: Slot;
}

export interface ProductionSettings {
  readonly drainSeconds: number;
  readonly cronThreads: number;
}

export const cron = ({ facts }: Version, { cronThreads }: ProductionSettings, name: string): Step =>
  bootCron.as(name, { odoo: odooFacts(facts), threads: cronThreads });

/** What is no news of the version that serves: whoever watches the next one compares with it. */
export const baseline = ({ facts: { environment }, slot }: Version): PlannedStep => ({
  ...noteBaseline.as('note-baseline', { environment, slot }),
  shows: 'building',
});

/** Where nobody is sent any more: what it still answers is waited for; then it is stopped, and kept. */
export const stopOld = ({ facts, slot }: Version, { drainSeconds }: ProductionSettings): Step[] => {
  const old = { environment: facts.environment, slot };
  return [drain(`drain-${slot}`, old, drainSeconds), stopSlot.as(`stop-${slot}`, old)];
};

/** Goes on with what served: its container runs, or is started again, and its scheduled actions with it. */
export const serveAgain = (former: Version, settings: ProductionSettings): Step[] => [
  ...wakeSlot(former.facts, former.slot, former.facts.image.reference),
  cron(former, settings, 'cron-as-before'),
];

/** Started, waited for, asked everything that a smoke test asks, and only then where people are sent. */
export const provenSlot = ({ facts, slot }: Version): Step[] =>
  smokeBeforeRoute(facts, slot, wakeSlot(facts, slot, facts.image.reference));

/** Seconds that requests which write get to finish once nobody may begin new ones. */
export const FREEZE_SECONDS = 20;

export const updateSteps = (facts: EnvironmentFacts, database: string): PlannedStep[] => {
  const { update, install } = facts.change;
  if (update.length + install.length === 0) return [];
  return showing('testing', updateStep(facts, database));
};

/** The business figures before and after an update, whose names people know from the evidence. */
export const figureSteps = (
  { environment, role }: EnvironmentFacts,
  database: string,
  { invariants, broken }: { readonly invariants: readonly OwnInvariant[]; readonly broken: 'fail' | 'tell' },
): { readonly before: Step; readonly after: Step } => {
  const of = { environment, owner: environment, database, role };
  const own = [...invariants];
  const before = measureInvariants.as('measure-before', { of, own, as: 'before' });
  const compared = { of, own, as: 'after', before: { step: before.name }, broken };
  return { before, after: compareInvariants.as('compare-figures', compared) };
};
