import type { SignInRefusal } from '@slipway/contracts/sign-in-refusals';

/** What the library, and providers through it (RFC 6749, OpenID Connect Core), call their reasons. Any other is `failed`. */
const REASONS: Readonly<Record<string, SignInRefusal>> = {
  not_invited: 'not-invited',
  account_deactivated: 'deactivated',
  account_not_linked: 'not-joined',
  email_not_found: 'no-address',
  email_not_verified: 'no-address',
  access_denied: 'denied',
  login_required: 'denied',
  interaction_required: 'denied',
  consent_required: 'denied',
  // Its signature, its times, its nonce, or what it was exchanged for.
  unable_to_get_user_info: 'not-believed',
  invalid_code: 'not-believed',
  state_mismatch: 'too-late',
  state_not_found: 'too-late',
  state_invalid: 'too-late',
  state_expired: 'too-late',
};

/** Why the library sends a browser back without a session; null: it does not. Texts of strangers stay behind. */
export const refusalIn = (location: string, origin: string): SignInRefusal | null => {
  const to = URL.parse(location, origin);
  if (to?.origin !== origin || to.pathname !== '/sign-in') return null;
  const said = to.searchParams.get('error');
  return said === null ? null : (REASONS[said.toLowerCase()] ?? 'failed');
};
