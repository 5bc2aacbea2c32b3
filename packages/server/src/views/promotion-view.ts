import type { PromotionInList, PromotionView } from '@slipway/contracts/promotion-views';
import type { GateResult, PromotionFacts } from '../domain/promotion.ts';
import type { Verdict } from '../gates/index.ts';
import type { Names } from '../store/names.ts';
import type { Promotion } from '../store/promotions.ts';

const gateViews = (gates: readonly GateResult[], passedOver: readonly string[]): PromotionView['gates'] =>
  gates.map((result) => ({ ...result, passedOver: passedOver.includes(result.gate) }));

const named = <T extends { readonly who: string }>(names: Names, one: T): T & { readonly name: string | null } => ({
  ...one,
  name: names.get(one.who) ?? null,
});

/** Everybody that such a view speaks of. */
export const peopleIn = ({ requestedBy, emergency, approvals }: PromotionFacts): readonly string[] => [
  requestedBy.who,
  ...(emergency === null ? [] : [emergency.who]),
  ...approvals.map(({ who }) => who),
];

/** What was gathered, in the words of the API. */
const told = (facts: PromotionFacts, names: Names) => {
  const { sha, build, image, imageDigest } = facts.release;
  const { action, update, install, modules, why } = facts.change;
  return {
    project: facts.project,
    release: { sha, build, image, imageDigest },
    requestedBy: named(names, facts.requestedBy),
    commits: [...facts.commits],
    change: { action, update: [...update], install: [...install], modules: [...modules], why },
    deployment: facts.deployment ?? null,
    production: facts.production,
    rehearsal: rehearsalPart(facts),
    branch: facts.branch,
    emergency: facts.emergency && named(names, facts.emergency),
    approvals: facts.approvals.map(({ who, email, decision, reason, at }) =>
      named(names, { who, email, decision, reason, at }),
    ),
  };
};

/** Of another release it says nothing of this one. */
const rehearsalPart = ({ rehearsal, release }: PromotionFacts): PromotionView['rehearsal'] =>
  rehearsal == null || rehearsal.sha !== release.sha
    ? null
    : { id: rehearsal.run, succeeded: rehearsal.succeeded, at: rehearsal.at, says: rehearsal.forecast };

/** One that nobody asked for yet. */
export const wouldBeView = (facts: PromotionFacts, verdict: Verdict, names: Names): PromotionView => ({
  ...told(facts, names),
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
  {
    verdict,
    times,
    names,
  }: { readonly verdict: Verdict | null; readonly times: PromotionView['times']; readonly names: Names },
): PromotionView => {
  const { id, state, reason, run, createdAt, expiresAt, wentAt, endedAt } = found;
  const passedOver = verdict?.passedOver.map(({ gate }) => gate) ?? found.passedOver;
  return {
    ...told(facts, names),
    times,
    ...{ id, state, reason, run, createdAt, expiresAt, wentAt, endedAt },
    gates: gateViews(verdict?.gates ?? found.gates, passedOver),
    ready: verdict !== null && verdict.blocking.length === 0,
  };
};

export const promotionRow = (found: Promotion, names: Names): PromotionInList => {
  const { id, project, state, reason, requestedBy, run, createdAt, endedAt, release, gates } = found;
  const against = gates.filter((gate) => gate.state !== 'pass' && gate.state !== 'off').map(({ gate }) => gate);
  return {
    ...{ id, project, state, reason, sha: release.sha, requestedBy, run, createdAt, endedAt },
    requesterName: names.get(requestedBy) ?? null,
    waitsFor: state === 'open' ? against : [],
  };
};
