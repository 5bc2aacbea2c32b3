import { type ErrorRow, row } from './error-row.ts';

/** Failures about evidence bundles, postmortems and notifications: a part of the error table, see errors.ts. */
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
  'notice-not-sent': row(
    502,
    'upstream',
    true,
    '{to} did not take the message: {reason}.',
    'Look at `slipway notify list`, and try with `slipway notify test`.',
  ),
  'channel-unknown': row(
    404,
    'user',
    false,
    'Project {project} has no channel {channel}; there are: {known}.',
    'Channels are under `notify.channels` in slipway.yaml; `slipway up` takes a changed one.',
  ),
} as const satisfies Record<string, ErrorRow>;
