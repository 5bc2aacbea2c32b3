import { lookAtPromotions } from '../flows/look-at-promotions.ts';
import type { Slipway } from '../flows/slipway.ts';
import { type Loop, startLoop } from './loop.ts';

/** An open promotion says what holds it up now, not what did when it was asked for. */
export const watchPromotions = (slipway: Slipway): Loop =>
  startLoop('promotions', 2_000, slipway, () => lookAtPromotions(slipway));
