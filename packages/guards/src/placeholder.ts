/** Which values only stand for a secret, so that nobody is told about `changeme`. */

const REFERENCES = [
  /^\\?\$/, // $VAR, ${VAR}, $(command), and hashes such as $pbkdf2-sha512$
  /^[`%{[<(*]/, // `command`, %(name)s, {{ template }}, [here], <password>, (call), ***
  /\$\{|\{\{|<[^>]+>/, // with a reference inside
  /^(!\w+|env|secrets?|vars?|os|process|config|self|settings|var|local|data|module|args?|opts?|options|params?|kwargs)[.[(]/i,
  /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/, // the name of a variable
  /^(EV\[|ENC\[|AES:|\{cipher\}|vault:|op:\/\/|arn:|sm:\/\/|ssm:|file:|keyring:)/i, // sealed, or kept elsewhere
  /^(\/|\.\.?\/|~\/|https?:\/\/[^@]*$)/, // a path, an address
  /^[\^~<>=v]{0,2}\d+(\.\d+){1,3}\S{0,12}$/, // a version
  /\.\.\.|…/, // something is left out
  /\($|\(\)|^(function|lambda|async|await|new|return)\b/, // code
];
const WORDS =
  /change.?me|change.?it|changeit|example|placeholder|dummy|your[-_ .]|^your|my[-_.]?(secret|password|token|key)|replace|insert|to.?do|sample|redacted|fill.?(me|in)|not.?a.?secret|not.?real|fake|default|-here|_here|secret[-_]?(key|name|value|token)?$|pass(word|wd)?$|token$|api.?key$|^test|[-_]test|^demo|foobar|foo-?bar|lorem|xxxx|1234|abcd|0000|aaaa|^none$|^null$|^unset$/i;
/** What every Odoo tutorial uses: known to all, so no secret. */
const KNOWN =
  /^(my)?(odoo|openerp|postgres(ql)?|pg|admin|root|user|db|master|guest|minio(admin)?|redis|local(host)?|dev|debug)[-_.]?[a-z]{0,8}\d{0,4}[!.]?$/i;
const HARMLESS =
  /^(true|false|yes|no|on|off|read|write|none|inherit|required|optional|hidden|bearer|basic|string|text|char|password|secret|default|\d+)$/i;

export const isPlaceholder = (value: string): boolean =>
  value === '' ||
  HARMLESS.test(value) ||
  KNOWN.test(value) ||
  WORDS.test(value) ||
  new Set(value).size <= 2 ||
  REFERENCES.some((reference) => reference.test(value));

/** Bits per character: 0 for `aaaa`, about 4.5 for a random key of 30 letters and digits. */
export const entropy = (value: string): number => {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
};

/** How many kinds of characters: letters, capitals, digits, signs. Separators of words are none. */
const kinds = (value: string): number =>
  [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9_.\- ]/].filter((kind) => kind.test(value)).length;

/** In a configuration file beside a name that says "secret": anything that somebody made up. */
export const isMadeUp = (value: string): boolean => value.length >= 6 && (kinds(value) >= 2 || value.length >= 20);

/** In code, where names are everywhere: only what looks random. */
export const isRandom = (value: string): boolean =>
  value.length >= 16 && kinds(value) >= 2 && /\d/.test(value) && !/\s/.test(value) && entropy(value) >= 3.5;
