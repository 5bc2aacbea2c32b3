/** What of an answer may be kept, so that it can be given again. */

const SECRETS = new Set(['password', 'token', 'key', 'secret', 'recoveryCodes', 'codes', 'otpauth', 'totp', 'link']);

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same without how to log in to an environment, which is asked for again where it is needed. */
export const withoutLogin = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutLogin);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'login' && isFields(inner) ? null : withoutLogin(inner),
    ]),
  );
};

/** By the names of its fields: for a route that nobody thought of. */
export const holdsSecret = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isFields(value)) return false;
  return Object.entries(value).some(([name, inner]) => (SECRETS.has(name) && inner != null) || holdsSecret(inner));
};
