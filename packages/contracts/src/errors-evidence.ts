import { type ErrorRow, row } from './error-row.ts';

/** Failures about evidence bundles: a part of the error table, see errors.ts. */
export const EVIDENCE_ERRORS = {
  'evidence-unsealed': row(
    409,
    'user',
    false,
    'The evidence of run {run} is not sealed: {reason}.',
    'Wait for its end (`slipway run show {run}`), and ask again.',
  ),
} as const satisfies Record<string, ErrorRow>;
