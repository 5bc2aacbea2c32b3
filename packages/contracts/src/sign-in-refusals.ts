/** Why a login at a provider opened nothing: what the page of signing in is told in its address. */
export const SIGN_IN_REFUSALS = [
  'not-invited',
  'deactivated',
  'not-joined',
  'no-address',
  'denied',
  'not-believed',
  'too-late',
  'failed',
] as const;
export type SignInRefusal = (typeof SIGN_IN_REFUSALS)[number];
