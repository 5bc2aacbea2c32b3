import type { GateId, OptionalGate, PromotionSettings } from '@slipway/contracts/promotion-config';
import type { GateResult, PromotionFacts } from '../domain/promotion.ts';
import { approval } from './approval.ts';
import { artifact } from './artifact.ts';
import { backup } from './backup.ts';
import { branch } from './branch.ts';
import { drift } from './drift.ts';
import { evidence } from './evidence.ts';
import type { Gate } from './gate.ts';
import { guards } from './guards.ts';
import { invariants } from './invariants.ts';
import { neutralisation } from './neutralisation.ts';
import { rehearsal } from './rehearsal.ts';
import { security } from './security.ts';
import { smoke } from './smoke.ts';
import { tests } from './tests.ts';
import { window } from './window.ts';

/** Every gate there is, in the order in which people read them. */
export const GATES: readonly Gate[] = [
  artifact,
  evidence,
  branch,
  tests,
  guards,
  security,
  neutralisation,
  smoke,
  drift,
  backup,
  rehearsal,
  invariants,
  window,
  approval,
];

const isOff = (id: GateId, { gates }: PromotionSettings): boolean => id in gates && gates[id as OptionalGate] === 'off';

/** What every gate says; one that is off is not asked, and never passes. */
export const judgeGates = (facts: PromotionFacts, settings: PromotionSettings): readonly GateResult[] =>
  GATES.map(({ id, judge }) =>
    isOff(id, settings)
      ? { gate: id, state: 'off', why: `\`promotion.gates.${id}\` is off`, fix: null }
      : { gate: id, ...judge(facts, settings) },
  );

export interface Verdict {
  readonly gates: readonly GateResult[];
  /** What holds it up; none: it may go. */
  readonly blocking: readonly GateResult[];
  /** What an emergency passes over. */
  readonly passedOver: readonly GateResult[];
}

/** Whether a promotion may go now. */
export const judgePromotion = (facts: PromotionFacts, settings: PromotionSettings): Verdict => {
  const gates = judgeGates(facts, settings);
  const against = gates.filter(({ state }) => state !== 'pass' && state !== 'off');
  const overridable = new Set<string>(facts.emergency === null ? [] : settings.emergency);
  return {
    gates,
    blocking: against.filter(({ gate }) => !overridable.has(gate)),
    passedOver: against.filter(({ gate }) => overridable.has(gate)),
  };
};
