import { Failure } from '@slipway/contracts/failure';
import type { Approval, PromotionFacts } from '../domain/promotion.ts';
import { judgePromotion, type Verdict } from '../gates/index.ts';
import { whyOwn } from '../gates/shared/own-release.ts';
import { recordAudit } from '../store/audit.ts';
import { type Project, projectByName } from '../store/projects.ts';
import {
  approvalsOf,
  closePromotion,
  dropApprovals,
  type Promotion,
  rejudgePromotion,
  saveApproval,
  tidyPromotions,
} from '../store/promotions.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { type Person, promotionSettings, requireOpen } from './promote.ts';
import type { Slipway } from './slipway.ts';

export interface Decision {
  readonly project: string;
  readonly promotion: string;
  readonly by: Person;
  /** Addresses that were theirs before: what they did under those is their own, too. */
  readonly former: readonly string[];
  /** What the decider looked at; null: whatever the promotion is of. */
  readonly sha: string | null;
  readonly reason: string | null;
}

/** As the gates see it now, with the approvals that there are; nothing is asked of the world anew. */
export const judgeAgain = (project: Project, found: Promotion, facts: Partial<PromotionFacts>): Verdict =>
  judgePromotion({ ...found.facts, ...facts }, promotionSettings(project));

/** Says yes to one commit in one image. Failures: approval-anonymous, approval-own, promotion-changed, promotion-ended. */
export const approvePromotion = async (slipway: Slipway, decision: Decision): Promise<void> => {
  const project = await opened(slipway, decision);
  await inTransaction(slipway.db, async (db) => {
    const found = await requireOpen(db, project, decision.promotion, { lock: true });
    requireSame(found, decision);
    requireOther(found, decision);
    const approval = await remember(slipway, db, { found, decision, says: 'approved' });
    const facts = { ...found.facts, approvals: await approvalsOf(db, found.id) };
    // `now` stays when all of it was gathered: what has ended since is looked at by look-at-promotions.ts.
    const { gates } = judgeAgain(project, found, { ...facts, now: approval.at });
    await rejudgePromotion(db, found.id, { facts, gates });
  });
};

/** Says no, which ends it: whoever may approve may refuse, also the one who asked. */
export const refusePromotion = async (slipway: Slipway, decision: Decision): Promise<void> => {
  const project = await opened(slipway, decision);
  await inTransaction(slipway.db, async (db) => {
    const found = await requireOpen(db, project, decision.promotion, { lock: true });
    requireSame(found, decision);
    await remember(slipway, db, { found, decision, says: 'refused' });
    const reason = `refused by ${decision.by.who}${decision.reason === null ? '' : `: ${decision.reason}`}`;
    await closePromotion(db, found.id, { state: 'refused', reason });
  });
};

const opened = async (slipway: Slipway, { project }: Decision): Promise<Project> => {
  await tidyPromotions(slipway.db, project, slipway.clock.now().toISOString());
  return projectByName(slipway.db, project);
};

const requireSame = ({ release }: Promotion, { sha }: Decision): void => {
  if (sha !== null && sha !== release.sha)
    throw new Failure('promotion-changed', {
      reason: `the promotion is of ${release.sha.slice(0, 12)}, not of ${sha.slice(0, 12)}`,
    });
};

/** Whoever cannot be told from the author is nobody to approve. */
const requireOther = (found: Promotion, { by, former }: Decision): void => {
  if (by.email === null) throw new Failure('approval-anonymous', { who: by.who });
  const all = [by, ...former.map((email) => ({ who: email, email }))];
  const because = all.map((person) => whyOwn(found.facts, person)).find((why) => why !== null) ?? null;
  if (because !== null) throw new Failure('approval-own', { who: by.who, promotion: found.id, because });
};

const remember = async (
  slipway: Slipway,
  db: Queryable,
  given: { readonly found: Promotion; readonly decision: Decision; readonly says: Approval['decision'] },
): Promise<Approval> => {
  const { found, decision, says } = given;
  const { sha, imageDigest } = found.release;
  const at = slipway.clock.now().toISOString();
  const approval: Approval = { ...decision.by, sha, imageDigest, decision: says, reason: decision.reason, at };
  const id = slipway.newId('appr');
  await dropApprovals(db, found.id, decision.former);
  await saveApproval(db, { ...approval, id, promotion: found.id, environment: found.environment });
  await recordAudit(db, {
    who: decision.by.who,
    what: says === 'approved' ? 'promotion.approve' : 'promotion.refuse',
    target: found.environment,
    details: { promotion: found.id, sha, image: imageDigest, reason: decision.reason, email: decision.by.email },
  });
  return approval;
};
