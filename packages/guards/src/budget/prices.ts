/** The price list: what costs how much a month, who says so, and when it was read. Nobody is asked at run time. */
import { z } from 'zod';
import list from './prices.json' with { type: 'json' };

export const price = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** US dollars. */
  monthly: z.number(),
  source: z.string(),
  /** When the source says it is from. */
  dated: z.iso.date().nullable(),
  read: z.iso.date(),
  /** Somebody other than the seller says so. */
  second_hand: z.boolean(),
  note: z.string().optional(),
});
export type Price = z.infer<typeof price>;

export const PRICES_VERSION = list.version;
export const PRICES: readonly Price[] = list.prices.map((each) => price.parse(each));

const BY_ID = new Map(PRICES.map((each) => [each.id, each]));
export const priceOf = (id: string): Price | null => BY_ID.get(id) ?? null;

/** Those that share most letters with a name that is in no list. */
export const nearPrices = (id: string): readonly string[] => {
  const pieces = new Set(id.toLowerCase().split(/[^a-z0-9]+/));
  return PRICES.map((each) => ({
    id: each.id,
    near: each.id.split(/[^a-z0-9]+/).filter((piece) => pieces.has(piece)).length,
  }))
    .filter(({ near }) => near > 0)
    .sort((one, other) => other.near - one.near)
    .slice(0, 3)
    .map((each) => each.id);
};
