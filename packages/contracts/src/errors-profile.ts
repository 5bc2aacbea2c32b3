import { type ErrorRow, row } from './error-row.ts';

/** Failures about what people change about themselves: a part of the error table, see errors.ts. */
export const PROFILE_ERRORS = {
  'address-taken': row(
    409,
    'user',
    false,
    '{email} cannot be your address: somebody has it, had it or is invited with it.',
    'Take another address, or have an administrator look at `slipway user list`.',
  ),
  'login-refused': row(
    401,
    'user',
    false,
    '{url} knows no such token, or not any more.',
    'Copy it once more, whole, or make another one at {url}/account.',
  ),
  'login-too-early': row(
    409,
    'user',
    false,
    'Nobody has an account at {url} yet.',
    'On the machine where it runs, `slipway setup` prints the link that makes the first one.',
  ),
  'own-account': row(
    409,
    'user',
    false,
    'Nobody {does} for themselves: {user} is you.',
    'Have another administrator do it, or use `slipway user` on the machine itself.',
  ),
} as const satisfies Record<string, ErrorRow>;
