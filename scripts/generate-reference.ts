/**
 * Writes docs/reference/{config,server,errors,api,sanitising,gates,permissions}.md, openapi.json and the JSON Schema of slipway.yaml from the code. `--check` writes nothing and
 * ends with 1 when one of them is stale; test/architecture/reference.test.ts does the same.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROUTES, type Route } from '@slipway/contracts/api';
import { CONFIG_CHECKS } from '@slipway/contracts/config-checks';
import { SAFETY_CHECKS } from '@slipway/contracts/config-safety';
import { ERRORS, type ErrorRow, type Fault } from '@slipway/contracts/errors';
import { PERMISSIONS, type Permission, ROLES, roleAllows } from '@slipway/contracts/permissions';
import { projectConfig } from '@slipway/contracts/project-config';
import { FIXED_GATES, type OptionalGate, promotionSection } from '@slipway/contracts/promotion-config';
import { locatorOf, neededOf, scopeOf } from '@slipway/contracts/route';
import { z } from 'zod';
import { openApiDocument } from '../packages/contracts/src/openapi.ts';
import { SETTINGS_SCHEMA } from '../packages/server/src/config.ts';
import { GATES } from '../packages/server/src/gates/index.ts';
import { LIMITS } from '../packages/server/src/http/limits.ts';
import { rulesWith } from '../packages/server/src/odoo/sanitise/rules/all.ts';
import { PARAMETERS } from '../packages/server/src/odoo/sanitise/rules/specials.ts';
import { EMPTIED } from '../packages/server/src/odoo/sanitise/rules/tables.ts';

const ROOT = join(import.meta.dirname, '..');
const NOTE = '<!-- Made by `node scripts/generate-reference.ts`; change the code, not this file. -->';

/** The parts of a JSON Schema that are shown. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | false;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Shape[];
}

const jsonSchema = (schema: z.ZodType): Shape =>
  z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as Shape;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

/** Patterns in words; any other is shown as it is. */
const PATTERNS: readonly (readonly [start: string, words: string])[] = [
  ['^\\d+(s|m|h|d)$', 'duration: `90s`, `15m`, `2h`, `3d`'],
  ['^\\d+(Mi|Gi)$', 'size: `512Mi`, `1Gi`'],
  ['^(?!\\/)', 'relative path'],
];
const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: '`true` or `false`',
};

const textKind = ({ pattern }: Shape): string => {
  if (pattern === undefined) return 'text';
  return PATTERNS.find(([start]) => pattern.startsWith(start))?.[1] ?? `text: ${code(pattern)}`;
};

const numberKind = ({ type, minimum, maximum }: Shape): string => {
  const range = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? '' : `, ${minimum ?? 0} to ${maximum}`;
  return `${WORDS[type ?? ''] ?? type}${range}`;
};

const listKind = ({ items }: Shape): string => `list of ${items === undefined ? 'values' : kindOf(items)}`;

const KINDS: Readonly<Record<string, (shape: Shape) => string>> = {
  string: textKind,
  number: numberKind,
  integer: numberKind,
  array: listKind,
  object: ({ additionalProperties }) =>
    typeof additionalProperties === 'object' ? 'mapping of names to text' : 'mapping',
};

const kindOf = (shape: Shape): string => {
  if (shape.const !== undefined) return code(shape.const);
  if (shape.enum !== undefined) return shape.enum.map(code).join(', ');
  if (shape.anyOf !== undefined) return shape.anyOf.map(kindOf).join(' or ');
  const type = shape.type ?? 'any value';
  return KINDS[type]?.(shape) ?? WORDS[type] ?? type;
};

interface Setting {
  readonly path: string;
  readonly shape: Shape;
  readonly required: boolean;
}

const settingsOf = (shape: Shape, path = ''): readonly Setting[] =>
  Object.entries(shape.properties ?? {}).flatMap(([key, inner]) => {
    const here = path === '' ? key : `${path}.${key}`;
    const own = { path: here, shape: inner, required: shape.required?.includes(key) ?? false };
    return inner.properties === undefined ? [own] : settingsOf(inner, here);
  });

const defaultOf = ({ shape, required }: Setting): string =>
  required ? '**required**' : shape.default === undefined ? '' : code(shape.default);

const configPage = (): string => {
  const rows = settingsOf(jsonSchema(projectConfig)).map((setting) => [
    code(setting.path),
    kindOf(setting.shape),
    defaultOf(setting),
    setting.shape.description ?? '',
  ]);
  return [
    '# slipway.yaml',
    NOTE,
    'One file at the root of an Odoo repository. A key that is not listed here is an error, and all errors are told at once. Editors check',
    'it while you type with `# yaml-language-server: $schema=…/packages/contracts/schema/slipway.schema.json` as its first line.',
    '',
    table(['key', 'value', 'default', 'what it does'], rows),
    '',
    '## Checks over several fields',
    '',
    table(
      ['check', 'what must hold'],
      CONFIG_CHECKS.map(({ name, says }) => [code(name), says]),
    ),
    '',
    '## What makes copies unsafe',
    '',
    'Asked by `slipway neutralise check --config`, of this file alone.',
    '',
    table(
      ['check', 'what must hold'],
      SAFETY_CHECKS.map(({ name, says }) => [code(name), says]),
    ),
    '',
  ].join('\n');
};

/** What one writes (before it is read into a number or an address) gives the default, what comes out of it the kind. */
const serverSettings = (): readonly Setting[] => {
  const written = jsonSchema(SETTINGS_SCHEMA);
  const read = z.toJSONSchema(SETTINGS_SCHEMA, { io: 'output', target: 'draft-7', unrepresentable: 'any' }) as Shape;
  return Object.entries(written.properties ?? {}).map(([path, shape]) => ({
    path,
    shape: { ...(shape.type === undefined && shape.enum === undefined ? read.properties?.[path] : {}), ...shape },
    required: false,
  }));
};

const serverPage = (): string =>
  [
    '# Server settings',
    NOTE,
    'Environment variables of the process that `slipway up` starts (`packages/server/src/main.ts`); `slipway up` hands its own on. They are read once, at the',
    'start, and none is required. A value that cannot be read ends the start with exit code 1 and the names of all variables that are wrong. The edge outlives',
    'the control plane; at the start, one that runs with other settings (its address, trusted proxies) or older code is replaced by a new one.',
    '',
    table(
      ['variable', 'value', 'default', 'what it does'],
      serverSettings().map((setting) => [
        code(setting.path),
        kindOf(setting.shape),
        setting.shape.default === '' ? '' : defaultOf(setting),
        setting.shape.description ?? '',
      ]),
    ),
    '',
  ].join('\n');

const FAULTS: Readonly<Record<Fault, string>> = {
  user: 'yours',
  target: 'the machine or server Odoo runs on',
  upstream: 'a service outside',
  bug: "Slipway's",
};

const errorsPage = (): string =>
  [
    '# Errors',
    NOTE,
    'Every failure has a code, the same in CLI, API, pull request comment and evidence. "Tried again" means that Slipway does so by itself.',
    '',
    table(
      ['code', 'HTTP', 'whose fault', 'tried again', 'what happened', 'what to do'],
      Object.entries<ErrorRow>(ERRORS).map(([name, row]) => [
        code(name),
        String(row.status),
        FAULTS[row.fault],
        row.retry ? 'yes' : 'no',
        row.says,
        row.hint,
      ]),
    ),
    '',
  ].join('\n');

const fieldsOf = (schema: z.ZodType | undefined): string => {
  const shape = schema === undefined ? {} : jsonSchema(schema);
  const fields = Object.entries(shape.properties ?? {}).map(([name, inner]) => {
    const optional = shape.required?.includes(name) ? '' : '?';
    return `\`${name}${optional}\` (${kindOf(inner)})`;
  });
  return fields.join(', ');
};

const answerOf = (schema: z.ZodType): string => {
  const shape = jsonSchema(schema);
  const fields = (inner: Shape): string =>
    Object.keys(inner.properties ?? {})
      .map(code)
      .join(', ');
  if (shape.type === 'array') return `list of objects: ${fields(shape.items ?? {})}`;
  return fields(shape);
};

const routeSection = ([name, route]: readonly [string, Route]): string => {
  const lines = [`## ${name}`, '', `\`${route.method} ${route.path}\``, '', route.says, ''];
  const facts = [
    ['Token for', code(scopeOf(route))],
    ['Query', fieldsOf(route.query)],
    ['Body', fieldsOf(route.body)],
    ['Answer', route.media === undefined ? answerOf(route.answer) : route.media],
  ].filter(([, text]) => text !== '');
  return [...lines, ...facts.map(([label, text]) => `- ${label}: ${text}`), ''].join('\n');
};

/** What holds for every route. */
const API_RULES = [
  '- **Lists** answer the newest rows, `limit` of them (at most 500). Where there are more, the header `Link: <…>; rel="next"` has the address of the next page.',
  '- **Once**: with `Idempotency-Key: <8 to 200 characters>` a POST, PUT or DELETE is carried out once, however often it is sent within 24 hours; the first',
  '  answer is given again, without how to log in, with `Idempotency-Replayed: true`. Another request under the same key is refused; so is a replay of an answer',
  '  that held a secret. Streams are not kept. `slipway` sends a key with each changing call, and sends it again when the connection is cut.',
  `- **Limits** of each caller, in a minute: ${LIMITS.reading} requests that read and ${LIMITS.changing} that change something; ${LIMITS.strangers} of an address without a good token. Headers`,
  '  `RateLimit-Limit`, `RateLimit-Remaining`, `RateLimit-Reset` (seconds), and with 429 `Retry-After`. A log that is followed is one request.',
  '- **ETag**: a GET with `If-None-Match` is answered with 304 when nothing has changed.',
  '- **Errors** are `application/problem+json` (RFC 9457), also for paths, methods (405, `Allow`), types (415), sizes (413) and bodies that are none.',
  '',
];

const apiPage = (): string =>
  [
    '# API',
    NOTE,
    'JSON over HTTP, with `Authorization: Bearer TOKEN`: the token of the installation, which may everything, or one of `slipway token create`. A failure is answered with its status and `{code, message, hint, facts}`, see',
    '[errors](errors.md). Times are ISO 8601 in UTC, durations milliseconds. `?` marks what may be left out.',
    'The same as OpenAPI 3.1, for programs: [openapi.json](openapi.json), also at `/api/v1/openapi.json`.',
    '',
    ...API_RULES,
    '',
    ...Object.entries<Route>(ROUTES).map(routeSection),
  ].join('\n');

const sanitisingPage = (): string =>
  [
    '# Sanitising rules',
    NOTE,
    'The first rule that fits a column decides. Rules of `sanitise.columns` in slipway.yaml come before all of these ' +
      '([how to](../how-to/add-a-sanitising-rule.md)).',
    table(
      ['rule', 'class', 'why'],
      rulesWith([]).map(({ id, class: kind, why }) => [code(id), kind, why]),
    ),
    'Tables that are made, and none of whose rows is taken: wizards (transient models), what cannot be without a row of one of these, and',
    table(
      ['rule', 'tables', 'why'],
      EMPTIED.map(({ id, tables, why }) => [code(id), tables.map(code).join(' '), why]),
    ),
    'Settings (`ir_config_parameter`) that are taken along; no other is: ' + PARAMETERS.map(code).join(' '),
  ].join('\n\n');

const gatesPage = (): string => {
  const { gates } = promotionSection.parse({});
  const fixed = new Set<string>(FIXED_GATES);
  return [
    '# Gates',
    NOTE,
    'Asked in this order, when a promotion is asked for, looked at, and once more when it goes. Each says pass, wait or fail, why, and what to do; what is not ' +
      'known is never a pass. `promotion.gates.<gate>` in [slipway.yaml](config.md) turns one on or off; those marked `always` have no such setting, and no ' +
      'emergency passes over them ([add one](../how-to/add-a-gate.md)).',
    table(
      ['gate', 'asked', 'what must hold', 'what it covers'],
      GATES.map(({ id, asks, covers }) => [
        code(id),
        fixed.has(id) ? 'always' : gates[id as OptionalGate] === 'off' ? 'where it is set' : 'by default',
        asks,
        covers ?? '',
      ]),
    ),
    '',
  ].join('\n\n');
};

/** Where a route's project is found, in words. */
const PLACES: Readonly<Record<string, string>> = {
  list: 'every project of whoever asks: others are left out',
  installation: 'the installation',
  evidence: 'the project of that run or deployment',
  run: 'the project of that run',
  build: 'the project of that build',
};

const permissionsPage = (): string =>
  [
    '# Permissions',
    NOTE,
    'A person has a role in a project, and each role may what the one before it may. Administrators of the installation may everything in every project of their ' +
      'organisation; a token may what its owner may, and of that only what its scopes are for ([API](api.md)). Whoever is in no project of something is answered ' +
      'as if it were not there ([decision](../decisions/0105-one-place-decides.md)).',
    table(
      ['permission', ...ROLES, 'what it is for'],
      Object.entries(PERMISSIONS).map(([name, { says }]) => [
        code(name),
        ...ROLES.map((role) => (roleAllows(role, name as Permission) ? 'yes' : '')),
        says,
      ]),
    ),
    '`stage`: what the stage of the environment asks for: a preview `preview`, staging `staging`, production `production`. `self`: everybody who is signed in. ' +
      '`nobody`: open to all. Some bodies ask for more than their route: what holds real data (a backup, its download) for `production`, any address that is not ' +
      "an environment's for `installation`. Passwords of an Odoo are shown to those who may handle its environment.",
    table(
      ['route', 'needs', 'in', 'scope of a token'],
      Object.entries<Route>(ROUTES).map(([name, route]) => [
        `${code(name)}: ${route.method} ${code(route.path)}`,
        code(neededOf(route)),
        PLACES[locatorOf(route) ?? ''] ?? `that ${locatorOf(route)}`,
        neededOf(route) === 'nobody' ? '' : code(scopeOf(route)),
      ]),
    ),
    '',
  ].join('\n\n');

const schemaFile = (): string => {
  const { $schema: _, ...shape } = jsonSchema(projectConfig) as Shape & { $schema?: string };
  const head = { $schema: 'http://json-schema.org/draft-07/schema#', title: 'slipway.yaml' };
  return `${JSON.stringify({ ...head, ...shape }, null, 2)}\n`;
};

/** Every generated file by its path in the repository. */
export const referenceFiles = (): Readonly<Record<string, string>> => ({
  'docs/reference/config.md': configPage(),
  'docs/reference/server.md': serverPage(),
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/api.md': apiPage(),
  'docs/reference/openapi.json': `${JSON.stringify(openApiDocument(), null, 1)}\n`,
  'docs/reference/sanitising.md': sanitisingPage(),
  'docs/reference/gates.md': gatesPage(),
  'docs/reference/permissions.md': permissionsPage(),
  'packages/contracts/schema/slipway.schema.json': schemaFile(),
});

/** The formatter may lay out JSON in its own way. */
const same = (path: string, present: string, content: string): boolean =>
  path.endsWith('.json') && present !== ''
    ? JSON.stringify(JSON.parse(present)) === JSON.stringify(JSON.parse(content))
    : present === content;

/** Paths whose content is not what the code says. */
export const staleFiles = async (): Promise<readonly string[]> => {
  const stale: string[] = [];
  for (const [path, content] of Object.entries(referenceFiles())) {
    const present = await readFile(join(ROOT, path), 'utf8').catch(() => '');
    if (!same(path, present, content)) stale.push(path);
  }
  return stale;
};

if (import.meta.main) {
  const stale = await staleFiles();
  if (process.argv.includes('--check')) {
    for (const path of stale) console.error(`${path} is stale: run node scripts/generate-reference.ts`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const path of stale) {
      await mkdir(dirname(join(ROOT, path)), { recursive: true });
      await writeFile(join(ROOT, path), referenceFiles()[path] ?? '');
      console.log(`wrote ${path}`);
    }
  }
}
