/** Values beside a name that says that they are secret: `admin_passwd = …`, `SMTP_PASSWORD: …`, `- key: …` above `value: …`. */
import { isMadeUp, isPlaceholder, isRandom } from '../placeholder.ts';

export interface Assigned {
  readonly name: string;
  readonly value: string;
  /** From 0. */
  readonly line: number;
  readonly column: number;
}

/** A name that says "secret" … */
const SAYS =
  /passw|pwd|secret|token|api_?-?key|access_?-?key|private_?-?key|auth_?-?key|encryption_?-?key|signing_?-?key|credential/i;
/** … unless it is about one: where it is, what it is called, how long it lasts. */
const ABOUT =
  /(file|path|dir|name|names|field|label|help|title|url|uri|endpoint|host|type|kind|mode|policy|expir\w*|ttl|age|length|len|min|max|size|count|limit|regex|pattern|format|prefix|suffix|header|param|hash|algorithm|placeholder|required|enabled?|reset\w*|manager|provider|store|ref|scope|version|validator|user|email|class|id|ids|column|model|view|form|action|button|icon|css)s?$/i;

const NAME = '[A-Za-z0-9_.-]{0,60}';
/** name: value · name = value · "name": "value" · --name=value · name value (ENV of a Dockerfile) */
const ASSIGNMENT = new RegExp(
  `(${NAME})["']?\\s{0,4}(?:=>|:=|[:=])\\s{0,8}(?:"([^"]{0,400})"|'([^']{0,400})'|([^\\s"'#,;][^\\s"',;]{0,400}))`,
  'g',
);
const DOCKER_ENV = new RegExp(`^\\s*(?:ENV|ARG)\\s+(${NAME})\\s+()()(\\S{1,400})\\s*$`);
const XML_FIELD = new RegExp(`name="(${NAME})"[^>]{0,200}>()()([^<]{1,400})<`, 'g');
const SPEC_KEY = new RegExp(`^\\s*-?\\s*(?:key|name):\\s*["']?(${NAME})["']?\\s*$`);
const SPEC_VALUE = /^(\s*(?:value:)\s*)(?:"([^"]{0,400})"|'([^']{0,400})'|([^\s"'#][^#]{0,400}))/;

const LONGEST_LINE = 1000;
const isSecretName = (name: string): boolean => SAYS.test(name) && !ABOUT.test(name);

/** In a configuration file, what a value is made of is looked at less closely than in code. */
const CONFIGURATION =
  /(^|\/)(\.env[\w.-]*|[\w.-]+\.env|(Docker|Container)file[\w.-]*|[\w.-]+\.(ya?ml|conf|cfg|ini|toml|json|properties|tfvars|sh|rc))$/i;
export const isConfiguration = (path: string): boolean => CONFIGURATION.test(path);

const isQuoted = ([, , double, single]: RegExpMatchArray): boolean => (double ?? single) !== undefined;

/** In code a value is a text between quotes: what has none is an expression. */
const matchesIn = (line: string, isConfig: boolean): readonly RegExpMatchArray[] => {
  const docker = DOCKER_ENV.exec(line);
  if (docker !== null) return [docker];
  const plain = [...line.matchAll(ASSIGNMENT)].filter((match) => isConfig || isQuoted(match));
  return [...plain, ...(line.includes('</') ? line.matchAll(XML_FIELD) : [])];
};

const ofMatch = (match: RegExpMatchArray, line: number): Assigned => {
  const [all, name = '', ...values] = match;
  const value = values.find((one) => one !== undefined && one !== '') ?? '';
  return { name, value: value.trim(), line, column: (match.index ?? 0) + all.lastIndexOf(value) };
};

/** The value of a variable whose name stands on the line before. */
const ofSpec = (before: string | undefined, line: string | undefined, index: number): Assigned[] => {
  const name = before === undefined ? undefined : SPEC_KEY.exec(before)?.[1];
  if (name === undefined || line === undefined || line.length > LONGEST_LINE || !isSecretName(name)) return [];
  const found = SPEC_VALUE.exec(line);
  return found === null ? [] : [{ ...ofMatch(found, index), name }];
};

/** The numbers of the lines that say "secret" somewhere; most files have none. */
const linesThatSay = (lines: readonly string[]): readonly number[] =>
  lines.flatMap((line, index) => (line.length <= LONGEST_LINE && SAYS.test(line) ? [index] : []));

export const assignedSecrets = (path: string, text: string): readonly Assigned[] => {
  if (!SAYS.test(text)) return [];
  const lines = text.split('\n');
  const isConfig = isConfiguration(path);
  const suspicious = isConfig ? isMadeUp : isRandom;
  return linesThatSay(lines)
    .flatMap((index) => {
      const plain = matchesIn(lines[index] ?? '', isConfig).map((match) => ofMatch(match, index));
      return [...plain.filter(({ name }) => isSecretName(name)), ...ofSpec(lines[index], lines[index + 1], index + 1)];
    })
    .filter(({ value }) => !isPlaceholder(value) && suspicious(value));
};
