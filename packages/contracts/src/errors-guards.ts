import { type ErrorRow, row } from './error-row.ts';

/** Failures of the guards before a deployment: a part of the error table, see errors.ts. */
export const GUARD_ERRORS = {
  'guards-failed': row(
    422,
    'user',
    false,
    'The guards found {count} in commit {sha}: {found}',
    'Mend them and push; `slipway guard` says the same on a checkout, with what to do about each. guards/report.txt of the run has all. What has to wait: a suppression with a reason and a date in slipway.yaml.',
  ),
  'check-unfinished': row(
    422,
    'user',
    false,
    'The guards did not get through commit {sha}: {reason}',
    'Run `slipway guard` on a checkout: it says which guard is at work. `guards` in slipway.yaml says whether errors block a deployment.',
  ),
} as const satisfies Record<string, ErrorRow>;
