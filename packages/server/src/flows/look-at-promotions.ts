import { judgePromotion } from '../gates/index.ts';
import { projectByName } from '../store/projects.ts';
import { approvalsOf, outdatedPromotions, type Promotion, promotion, rejudgePromotion } from '../store/promotions.ts';
import { inTransaction } from '../store/queryable.ts';
import { gatherPromotionFacts } from './gather-promotion-facts.ts';
import { backUpIfAsked, promotionSettings } from './promote.ts';
import type { Slipway } from './slipway.ts';

/**
 * What an open promotion waits for comes by runs: a backup, a rehearsal, a snapshot, a staging that was proved. Once one of them has ended
 * everything is gathered anew, so that whoever looks at the promotion sees it without asking for it again.
 */
export const lookAtPromotions = async (slipway: Slipway): Promise<void> => {
  const now = slipway.clock.now().toISOString();
  for (const found of await outdatedPromotions(slipway.db, now))
    await lookAgain(slipway, found).catch((error: unknown) =>
      slipway.logger.warn({ err: error, promotion: found.id }, 'a promotion could not be looked at again'),
    );
};

const lookAgain = async (slipway: Slipway, { id, project: name, facts: before }: Promotion): Promise<void> => {
  const project = await projectByName(slipway.db, name);
  const { release, requestedBy, emergency } = before;
  const gathered = await gatherPromotionFacts(slipway, project, { release, requestedBy, emergency, approvals: [] });
  const verdict = await inTransaction(slipway.db, async (db) => {
    // Somebody may have let it go, refused or approved it meanwhile.
    const latest = await promotion(db, name, id, { lock: true });
    if (latest?.state !== 'open') return null;
    const facts = { ...gathered, approvals: await approvalsOf(db, id) };
    const judged = judgePromotion(facts, promotionSettings(project));
    await rejudgePromotion(db, id, { facts, gates: judged.gates });
    return judged;
  });
  // One that failed when it was asked for, or is too old by now.
  if (verdict !== null) await backUpIfAsked(slipway, project, verdict, requestedBy);
};
