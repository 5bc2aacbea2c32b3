/** Values out of files that strangers may have written: what shape they have is asked, never assumed. */
import { looksSecret } from '@slipway/contracts/config-problem';

export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const mappingAt = (value: unknown, ...keys: readonly string[]): Mapping => {
  const found = keys.reduce<unknown>(
    (inner, key) => (isMapping(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
  return isMapping(found) ? found : {};
};

export const listAt = (value: unknown, key: string): readonly unknown[] => {
  const found = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
};

export const textAt = (value: unknown, key: string): string | undefined => {
  const found = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
    ? String(found)
    : undefined;
};

/** Words of a command that is a text or a list. */
export const wordsOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.trim().split(/\s+/) : [];
};

/** A name that slipway.yaml takes; others (`http_proxy`) are left to the file they stand in. */
export const VARIABLE_NAME = /^[A-Z_][A-Z0-9_]{0,99}$/;

const MOST_DEFAULT = 200;

/** A literal that may stand in slipway.yaml; undefined for what may be a secret, is made of other variables, or has no place on a line. */
export const plainDefault = (name: string, value: string | undefined): string | undefined => {
  if (value === undefined || value === '' || value.length > MOST_DEFAULT) return undefined;
  // More names than those of secrets: a value that is not taken over does no harm.
  if (looksSecret(name) || isSecretName(name)) return undefined;
  // An address with a password in it, or anything long and without a blank, as keys are.
  if (/:\/\/[^/\s]*@/.test(value) || /^(?=.*\d)[\w+/=-]{20,}$/.test(value)) return undefined;
  return /[\p{Cc}\u2028\u2029]|\$/u.test(value) ? undefined : value;
};

const SECRET_WORD =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|(^|_)(PASS|PWD|KEY|DSN|AUTH)(_|$)/;

/** Whether a variable of this name is a secret: `API_KEY` is, `PASSWORD_FILE` and `KEYBOARD` are not. */
export const isSecretName = (name: string): boolean => SECRET_WORD.test(name) && !/_(FILE|PATH)$/.test(name);

/** `./addons/` and `addons` are one folder; null for what leads out of the repository. */
export const folderIn = (base: string, path: string): string | null => {
  const parts: string[] = [];
  for (const part of `${base}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/') || '.';
};

export const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.');
