import { type ErrorRow, row } from './error-row.ts';

/** Failures about evidence bundles and postmortems: a part of the error table, see errors.ts. */
export const EVIDENCE_ERRORS = {
  'evidence-unsealed': row(
    409,
    'user',
    false,
    'The evidence of run {run} is not sealed: {reason}.',
    'Wait for its end (`slipway run show {run}`), and ask again.',
  ),
  'postmortem-none': row(
    409,
    'user',
    false,
    'Run {run} did not fail ({state}): there is nothing to account for.',
    '`slipway run list` shows the runs that failed.',
  ),
} as const satisfies Record<string, ErrorRow>;
