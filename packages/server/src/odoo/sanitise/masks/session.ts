import { createHmac } from 'node:crypto';
import type { MaskingPlan } from '../../../domain/masking.ts';
import { quoteText } from '../../../domain/quote.ts';
import type { Secret } from '../../../domain/secret.ts';

/** Settings of the exporting session that the expressions read. The key itself never leaves the control plane: these are made from it. */
const KEY = 'slipway.key';
const FACTOR = 'slipway.factor';

/** In a SELECT of their own PostgreSQL asks for them once per statement, not once per value. */
export const keySql = `(select current_setting('${KEY}'))`;
export const factorSql = `(select current_setting('${FACTOR}')::numeric)`;
/** Key and purpose, in front of what is hashed. */
export const keyedSql = (purpose: string): string =>
  `(select convert_to(current_setting('${KEY}')||${quoteText(`${purpose}:`)},'UTF8'))`;

/** A part of the key for one purpose; who finds out one knows nothing of the others. */
const derive = (key: Secret, purpose: string): Buffer => createHmac('sha256', key.reveal()).update(purpose).digest();

/**
 * One factor for all amounts, because sums have to stay sums: 0.8 to 1.2 with three decimals, at least 0.02 away from 1.
 * Three decimals and no rounding keep every linear identity exactly; see decision 0070 for what one factor does not hide.
 */
export const amountFactor = (key: Secret): string => {
  const steps = derive(key, 'amounts').readUInt32BE(0) % 362;
  return ((steps < 181 ? 800 + steps : 839 + steps) / 1000).toFixed(3);
};

export const maskingSession = (key: Secret): MaskingPlan['session'] => [
  // Compiling these expressions takes seconds per table, and saves nothing.
  { text: `select set_config('jit', $1, false)`, parameters: ['off'] },
  { text: `select set_config('${KEY}', $1, false)`, parameters: [derive(key, 'values').toString('hex')] },
  { text: `select set_config('${FACTOR}', $1, false)`, parameters: [amountFactor(key)] },
];
