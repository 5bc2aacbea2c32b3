import type { GateId, PromotionSettings } from '@slipway/contracts/promotion-config';
import type { PromotionFacts } from '../domain/promotion.ts';

/** What a gate says when it is asked; `wait` is no yet, and needs nobody to change the release. */
export type Judgement =
  | { readonly state: 'pass'; readonly why: string; readonly fix: null }
  | { readonly state: 'wait' | 'fail'; readonly why: string; readonly fix: string };

export interface Gate {
  readonly id: GateId;
  /** What it asks, as a sentence for the reference. */
  readonly asks: string;
  /** What it looks at, and what it does not cover, where that is not plain. */
  readonly covers: string | null;
  readonly judge: (facts: PromotionFacts, settings: PromotionSettings) => Judgement;
}

export const pass = (why: string): Judgement => ({ state: 'pass', why, fix: null });
export const wait = (why: string, fix: string): Judgement => ({ state: 'wait', why, fix });
export const fail = (why: string, fix: string): Judgement => ({ state: 'fail', why, fix });
