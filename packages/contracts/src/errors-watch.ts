import { type ErrorRow, row } from './error-row.ts';

/** Failures that show after a deployment: a part of the error table, see errors.ts. */
export const WATCH_ERRORS = {
  'deployment-worse': row(
    409,
    'user',
    false,
    'Production was worse with {sha} than with the version before: {why}',
    'Its code was taken back and nothing was lost. Mend what is named, and promote the next release; `slipway production show` tells what was compared.',
  ),
} as const satisfies Readonly<Record<string, ErrorRow>>;
