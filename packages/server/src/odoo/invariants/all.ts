import type { Invariant } from './invariant.ts';
import { accounting } from './table/accounting.ts';
import { people } from './table/people.ts';
import { records } from './table/records.ts';
import { sequences } from './table/sequences.ts';
import { stock } from './table/stock.ts';
import { trade } from './table/trade.ts';

/** Every invariant that Slipway knows, in the order in which they are told. */
export const INVARIANTS: readonly Invariant[] = [
  ...accounting,
  ...trade,
  ...stock,
  ...sequences,
  ...people,
  ...records,
];
