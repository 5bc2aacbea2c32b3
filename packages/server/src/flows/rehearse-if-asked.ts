import type { PromotionSettings } from '@slipway/contracts/promotion-config';
import { environmentId } from '../domain/names.ts';
import type { PromotionFacts } from '../domain/promotion.ts';
import type { Verdict } from '../gates/index.ts';
import { outlived } from '../gates/shared/rehearsed.ts';
import type { Project } from '../store/projects.ts';
import { hasOpenRunOf } from '../store/served-runs.ts';
import { requestRehearsal } from './request-rehearsal.ts';
import type { Slipway } from './slipway.ts';

const ASK_FOR_IT: ReadonlySet<string> = new Set(['rehearsal', 'invariants']);

/** Nobody has to think of it: where a rehearsal holds a promotion up, one is begun. Not of a release whose rehearsal failed: that would end the same. */
export const rehearseIfAsked = async (
  slipway: Slipway,
  project: Project,
  judged: { readonly facts: PromotionFacts; readonly verdict: Verdict; readonly settings: PromotionSettings },
  by: string,
): Promise<void> => {
  if (!judged.verdict.blocking.some(({ gate }) => ASK_FOR_IT.has(gate))) return;
  if (outlived(judged.facts, judged.settings) === null) return;
  if (await hasOpenRunOf(slipway.db, { environment: environmentId(project.name, 'rehearsal'), kind: 'rehearse' }))
    return;
  await requestRehearsal(slipway, { project: project.name, renew: false, requestedBy: by });
};
