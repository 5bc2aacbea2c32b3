/**
 * What a column or parameter that holds a credential is called: whole words between underscores (and dots), so that
 * `access_token` is meant and `payment_tokens_allowed` or `pinned` is not. A regular expression of PostgreSQL.
 */
const WORDS = [
  'pass(w|wd|word|wort|phrase)?',
  'pwd',
  '[a-z]*secret',
  '[a-z]?token',
  'api_?key',
  'apikey',
  '(access|secret|private|auth|shared|signature|hmac|hash|license|licence|encryption|signing|security|merchant|transaction|client|service|sas|write|read|master)_?key',
  'credentials?',
  'pin(_?code)?',
  'access_code',
  'auth_code',
  'bearer',
  'jwt',
  'dsn',
  'sas',
  'account_info',
].join('|');

export const CREDENTIAL_NAME = `(^|_)(${WORDS})(_|$)`;
export const CREDENTIAL_KEY = `(^|[._-])(${WORDS}|client_id|access_key_id|account_sid|tenant_id|webhook(_url|_id)?)([._-]|$)|_(key|sid)$`;

/** What is a credential whatever it is called: keys of well-known services, private keys, addresses with a password in them. */
export const CREDENTIAL_VALUE = [
  '-----BEGIN [A-Z ]*PRIVATE KEY',
  '://[^/@[:space:]]+:[^/@[:space:]]+@',
  '(^|[^[:alnum:]])(sk|rk|pk)_(live|test)_',
  '(^|[^[:alnum:]])(xox[abprs]-|ghp_|gho_|glpat-|github_pat_|AKIA[0-9A-Z]{12}|AIza[0-9A-Za-z_-]{30}|ya29[.]|SG[.][0-9A-Za-z_-]{16})',
  '^ey[0-9A-Za-z_-]+[.]ey[0-9A-Za-z_-]+[.]',
  'hooks[.]slack[.]com/|discord(app)?[.]com/api/webhooks/|webhook[.]office[.]com/',
].join('|');
/** One long word with letters and digits: nobody's setting looks like that. */
export const RANDOM_VALUE = '^(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9+/_=-]{24,}$';
/** Python that does nothing, in place of code with such a value in it. */
export const CODE_WITH_CREDENTIAL = '# Slipway: a credential stood in this code, so it was not taken along.';
