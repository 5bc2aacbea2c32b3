import type { PromotionInList, PromotionView } from '@slipway/contracts/promotion-views';
import type { GateResult, PromotionFacts } from '../domain/promotion.ts';
import type { Verdict } from '../gates/index.ts';
import type { Promotion } from '../store/promotions.ts';

const gateViews = (gates: readonly GateResult[], passedOver: readonly string[]): PromotionView['gates'] =>
  gates.map((result) => ({ ...result, passedOver: passedOver.includes(result.gate) }));

/** What was gathered, in the words of the API. */
const told = (facts: PromotionFacts) => {
  const { sha, build, image, imageDigest } = facts.release;
  const { action, update, install, modules, why } = facts.change;
  return {
    project: facts.project,
    release: { sha, build, image, imageDigest },
    requestedBy: facts.requestedBy,
    commits: [...facts.commits],
    change: { action, update: [...update], install: [...install], modules: [...modules], why },
    deployment: facts.deployment ?? null,
    production: facts.production,
    rehearsal: rehearsalPart(facts),
    branch: facts.branch,
    emergency: facts.emergency,
    approvals: facts.approvals.map(({ who, email, decision, reason, at }) => ({ who, email, decision, reason, at })),
  };
};

/** Of another release it says nothing of this one. */
const rehearsalPart = ({ rehearsal, release }: PromotionFacts): PromotionView['rehearsal'] =>
  rehearsal == null || rehearsal.sha !== release.sha
    ? null
    : { id: rehearsal.run, succeeded: rehearsal.succeeded, at: rehearsal.at, says: rehearsal.forecast };

/** One that nobody asked for yet. */
export const wouldBeView = (facts: PromotionFacts, verdict: Verdict): PromotionView => ({
  ...told(facts),
  id: null,
  state: 'open',
  reason: null,
  gates: gateViews(
    verdict.gates,
    verdict.passedOver.map(({ gate }) => gate),
  ),
  ready: verdict.blocking.length === 0,
  times: null,
  ...{ run: null, createdAt: null, expiresAt: null, wentAt: null, endedAt: null },
});

/** `verdict`: of one that is open; one that has gone is told as it went. */
export const promotionViewOf = (
  found: Promotion,
  facts: PromotionFacts,
  { verdict, times }: { readonly verdict: Verdict | null; readonly times: PromotionView['times'] },
): PromotionView => {
  const { id, state, reason, run, createdAt, expiresAt, wentAt, endedAt } = found;
  const passedOver = verdict?.passedOver.map(({ gate }) => gate) ?? found.passedOver;
  return {
    ...told(facts),
    times,
    ...{ id, state, reason, run, createdAt, expiresAt, wentAt, endedAt },
    gates: gateViews(verdict?.gates ?? found.gates, passedOver),
    ready: verdict !== null && verdict.blocking.length === 0,
  };
};

export const promotionRow = (found: Promotion): PromotionInList => {
  const { id, project, state, reason, requestedBy, run, createdAt, endedAt, release, gates } = found;
  const against = gates.filter((gate) => gate.state !== 'pass' && gate.state !== 'off').map(({ gate }) => gate);
  const waitsFor = state === 'open' ? against : [];
  return { id, project, state, reason, sha: release.sha, requestedBy, waitsFor, run, createdAt, endedAt };
};
