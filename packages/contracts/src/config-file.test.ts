import { describe, expect, test } from 'vitest';
import { parseProjectConfig } from './config-file.ts';
import { formatProblem, formatProblems } from './config-problem.ts';

const BASE = `version: 1
name: shop
odoo:
  series: "19.0"
`;

const problemsOf = (text: string) => {
  const result = parseProjectConfig(text);
  return result.ok ? result.warnings : result.problems;
};
const said = (text: string): string => formatProblems(problemsOf(text));

describe('a valid slipway.yaml', () => {
  test('is filled with every default', () => {
    const result = parseProjectConfig(BASE);

    expect(result).toMatchObject({
      ok: true,
      warnings: [],
      config: { name: 'shop', odoo: { series: '19.0', addons: ['.'] }, stages: { preview: { max: 5, demo: true } } },
    });
  });

  test('may say series: 19.0 without quotes, which YAML reads as the number 19', () => {
    const result = parseProjectConfig(BASE.replace('"19.0"', '19.0'));

    expect(result).toMatchObject({ ok: true, config: { odoo: { series: '19.0' } } });
  });

  test('keeps a numeric variable as it was typed', () => {
    const result = parseProjectConfig(`${BASE}stages:\n  preview:\n    environment:\n      CODE: 0010\n`);

    expect(result).toMatchObject({ ok: true, config: { stages: { preview: { environment: { CODE: '0010' } } } } });
  });

  test('tells where each key stands', () => {
    const result = parseProjectConfig(`${BASE}  addons:\n    - one\n    - two\n`);

    expect(result.ok && result.lines['odoo.addons[1]']).toEqual({ line: 7, column: 7 });
  });

  test('may use a few anchors', () => {
    expect(parseProjectConfig(`${BASE}  addons: &a [one]\n  requirements: *a\n`).ok).toBe(true);
  });
});

describe('a wrong slipway.yaml', () => {
  test('is told all its problems at once, in the order of the lines', () => {
    const problems = problemsOf(
      'version: 2\nname: S\nodoo:\n  series: "12.0"\nstages:\n  preview:\n    max: 900\n    drafts: maybe\n',
    );

    expect(problems.map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '1:10 version',
      '2:7 name',
      '4:11 odoo.series',
      '7:10 stages.preview.max',
      '8:13 stages.preview.drafts',
    ]);
  });

  test('names file, line, column, value and what is allowed', () => {
    const [problem] = problemsOf(BASE.replace('19.0', '12.0'));

    expect(problem && formatProblem(problem)).toBe(
      'slipway.yaml:4:11: odoo.series: must be one of the allowed values (found "12.0"; allowed: 14.0, 15.0, 16.0, 17.0, 18.0, 19.0)',
    );
  });

  test('gets the nearest known key for an unknown one, and the list', () => {
    expect(said(`${BASE}  adons: [x]\n`)).toBe(
      'slipway.yaml:5:3: odoo.adons: is an unknown key; did you mean addons? (found a list; allowed: series, image, addons, requirements, packages)',
    );
  });

  test('is refused for a required key that is missing', () => {
    expect(said('version: 1\nodoo: {}\n')).toContain('slipway.yaml:2:1: odoo.series: is required');
  });

  test('is refused for a key that stands twice, next to the other problems', () => {
    expect(said(`${BASE}name: other\nstage: 1\n`)).toMatch(
      /:5:1: name: the key is given twice[\s\S]*:6:1: stage: is an unknown/,
    );
  });

  test.each([
    ['a tab', 'a: 1\n\tb: 2\n', 'slipway.yaml:2:1: a tab is used to indent; YAML takes only spaces'],
    ['a second document', `${BASE}---\na: 1\n`, 'slipway.yaml:5:1: holds a second document (---); only one is taken'],
    ['a list', '- a\n', 'slipway.yaml:1:1: must be a mapping of keys to values'],
    ['nothing', '# only a comment\n', 'slipway.yaml:1:1: is empty; `slipway init` writes a first one'],
    ['257 kB', `a: ${'x'.repeat(257 * 1024)}`, 'slipway.yaml:1:1: is larger than 256 kB'],
    ['a tag', 'a: !!python/object:os.system 1', 'slipway.yaml:1:4: tags (!name) are not used in this file'],
    ['100,000 brackets', '['.repeat(100_000), 'slipway.yaml:1:1: is nested deeper than 64 levels'],
  ])('is refused when it holds %s', (_, text, message) => {
    expect(said(text)).toBe(message);
  });

  test('cannot blow up memory through aliases of aliases', () => {
    const ten = (name: string) => Array.from({ length: 10 }, () => name).join(',');

    expect(said(`a: &a [${ten('x')}]\nb: &b [${ten('*a')}]\nc: &c [${ten('*b')}]\nd: [${ten('*c')}]\n`)).toContain(
      'uses aliases that stand for too much',
    );
  });

  test('cannot flood a comment: after 50 problems only the number is told', () => {
    const problems = problemsOf(`${BASE}${Array.from({ length: 90 }, (_, index) => `x${index}: 1\n`).join('')}`);

    expect(problems).toHaveLength(51);
    expect(problems.at(-1)?.message).toBe('and 40 more problems');
  });

  test('cannot reach the prototype', () => {
    expect(said(`${BASE}__proto__: {version: 1}\n`)).toContain('__proto__: is an unknown key');
  });

  test.each([
    ['under an unknown key', `${BASE}api_token: hunter2\n`],
    ['in a list of secret names', `${BASE}stages: {preview: {secrets: [hunter2]}}\n`],
    ['in an address', `${BASE}source: {git: 3, github: "https://me:hunter2@host/x"}\n`],
    ['in a broken quote', `${BASE}password: "hunter2\n`],
    ['in a broken line', `${BASE}password: 'a' hunter2\n`],
    ['as a variable', `${BASE}stages: {preview: {environment: {DB_PASSWORD: hunter2, x: hunter2}}}\n`],
  ])('never shows a secret %s', (_, text) => {
    expect(problemsOf(text)).not.toEqual([]);
    expect(JSON.stringify(problemsOf(text))).not.toContain('hunter2');
  });
});

describe('checks over several fields', () => {
  test.each([
    ['an addons folder twice', '  addons: [a, ./a/]\n', 'odoo.addons[1]: is named twice (also as entry 1)'],
    ['an image of another series', '  image: odoo:18.0\n', 'odoo.image: is Odoo 18.0, but odoo.series says 19.0'],
    [
      'a module to install twice',
      'stages: {preview: {install: [a, b, a]}}\n',
      'stages.preview.install[2]: is named twice (also as entry 1)',
    ],
    [
      "a variable that is Odoo's own",
      'stages: {preview: {environment: {PGHOST: x}}}\n',
      'stages.preview.environment.PGHOST: is set by Slipway and cannot be changed',
    ],
    [
      'a name that is both variable and secret',
      'stages: {preview: {environment: {A: x}, secrets: [A]}}\n',
      'A is also set under stages.preview.environment',
    ],
    ['staging without a production', 'stages: {staging: {}}\n', 'needs stages.production'],
    [
      "a log of all databases read as Odoo's role",
      'stages: {production: {target: docker}}\ndata:\n  backups:\n    point_in_time:\n      enabled: true\n',
      'slipway.yaml:8:5: data.backups.point_in_time.database: is the secret in which Slipway keeps the address of the production that it runs',
    ],
    ['previews of a staging that is not there', 'stages: {preview: {data: staging}}\n', 'needs stages.staging'],
    [
      'a reserved variable of staging',
      'stages: {production: {}, staging: {environment: {PGHOST: x}}}\n',
      'is set by Slipway',
    ],
    ['a schedule that is none', 'data: {backups: {schedule: daily}}\n', 'five fields of a cron expression'],
    ['a schedule that never comes', 'data: {backups: {schedule: 0 0 31 2 *}}\n', 'five fields of a cron expression'],
    ['a relative filestore', 'stages: {production: {filestore: files}}\n', 'an absolute path'],
    ['a store of no known kind', 'data: {store: {kind: ftp}}\n', 'folder'],
    ['a mask of no known kind', 'sanitise: {columns: {res_partner.name: hide}}\n', 'email'],
    ['an allowed host with a path', 'stages: {preview: {egress: {allow: [a.example/x]}}}\n', 'a host name'],
  ])('refuse %s', (_, text, message) => {
    expect(parseProjectConfig(BASE + text).ok).toBe(false);
    expect(said(BASE + text)).toContain(message);
  });

  test.each([
    ['elsewhere, by the role of its one secret', '{}', ''],
    ['of its own, by a role for it', '{target: docker}', ', database: REPLICATION_URL'],
  ])('let the log of a production be read that runs %s', (_, production, secret) => {
    const text = `stages: {production: ${production}}\ndata: {backups: {point_in_time: {enabled: true${secret}}}}\n`;
    expect(parseProjectConfig(BASE + text).ok).toBe(true);
  });

  test.each([
    ['an image without a tag', '  image: registry:5000/odoo\n', 'names no fixed version'],
    ['the tag latest', '  image: odoo:latest\n', 'names no fixed version'],
    ['sleep after removal', 'stages: {preview: {sleep_after: 8d}}\n', 'removed without ever sleeping'],
    ['a secret among the variables', 'stages: {preview: {environment: {API_KEY: x}}}\n', 'looks like a secret'],
  ])('warn of %s and go on', (_, text, message) => {
    const result = parseProjectConfig(BASE + text);

    expect(result.ok).toBe(true);
    expect(said(BASE + text)).toContain(`warning: `);
    expect(said(BASE + text)).toContain(message);
  });

  test.each(['  image: odoo:19.0\n', '  image: odoo:19\n', '  image: my/odoo@sha256:0123\n', '  image: me/odoo:18\n'])(
    'judge %j rightly',
    (text) => {
      expect(said(BASE + text).includes('odoo.series says')).toBe(text.includes(':18'));
    },
  );
});
