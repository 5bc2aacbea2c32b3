import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { SOURCE_RULES } from './source-rules.ts';
import { findLines, places, ROOT, readTracked, trackedFiles } from './tracked-files.ts';
import { unquotedParts } from './unquoted-sql.ts';

const files = trackedFiles();
const TEXT = /\.(?:ts|js|cjs|json|md|sh|yaml|yml|py|sql|xml|html|css)$|(?:^|\/)(?:Makefile|run|Dockerfile)$/;
const texts = files.filter((file) => TEXT.test(file));

/** Parts of statements that were looked at by a person: words of our own, which the type or every caller shows. */
const REVIEWED = [
  // `Marked`, which is 'DATABASE' | 'ROLE'.
  'packages/server/src/drivers/databases/postgres/ownership.ts: $' + '{kind}',
  // Fixed attributes of a role, from two callers in the same file.
  'packages/server/src/drivers/databases/postgres/roles.ts: $' + '{options}',
];

describe('source rules', () => {
  for (const rule of SOURCE_RULES)
    it(rule.name, () => {
      const looked = files.filter((file) => rule.in.test(file) && !rule.but.test(file));

      expect(places(findLines(looked, rule.pattern)), rule.why).toEqual([]);
    });

  it('every rule has something to look at', () => {
    for (const rule of SOURCE_RULES) expect(files.some((file) => rule.in.test(file))).toBe(true);
  });

  it('names in SQL statements are quoted by quoteName, values by quoteText or parameters', () => {
    const looked = files.filter((file) => /^packages\/server\/src\/.*(?<!\.test|\.contract)\.ts$/.test(file));
    const found = looked.flatMap((file) => unquotedParts(readTracked(file)).map((part) => `${file}: \${${part}}`));

    expect(found.filter((place) => !REVIEWED.includes(place))).toEqual([]);
  });

  it('finds a name that is not quoted', () => {
    const statement = 'await admin.run(`DROP DATABASE $' + '{database} WITH (FORCE)`);';

    expect(unquotedParts(statement)).toEqual(['database']);
  });
});

/** Composed, so that this file does not find itself. */
const MARKS = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`);

/** Folders that every system has: a path below them says nothing of this machine. */
const COMMON = new Set(['home', 'Users', 'root', 'tmp', 'usr', 'opt', 'srv', 'var', 'mnt', 'private']);

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('what a stranger may see', () => {
  it('nothing is left to do', () => {
    expect(places(findLines(texts, MARKS))).toEqual([]);
  });

  it('no file names a folder of the machine it was written on', () => {
    const [, first = ''] = ROOT.split('/');
    // What only looks like a path, such as a pattern between slashes, names nothing that is there.
    const near = COMMON.has(first) ? [] : readdirSync(`/${first}`).map((name) => `/${first}/${name}`);
    const paths = [ROOT, homedir(), ...near].map(literally);
    const pattern = new RegExp(`(?<![\\w.~\\-*\\]}])(?:${paths.join('|')})(?![\\w-])`);

    expect(places(findLines(texts, pattern))).toEqual([]);
  });

  it('no file names a mirror of a package registry', () => {
    const registry = new URL(execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()).host;
    const lock = JSON.parse(readTracked('package-lock.json')) as { packages: Record<string, { resolved?: string }> };
    const resolved = Object.values(lock.packages).flatMap((entry) => entry.resolved ?? []);
    const hosts = new Set(
      resolved.filter((address) => address.includes('://')).map((address) => new URL(address).host),
    );
    hosts.delete('registry.npmjs.org');

    expect([...hosts]).toEqual([]);
    if (registry !== 'registry.npmjs.org')
      expect(places(findLines(texts, new RegExp(literally(registry))))).toEqual([]);
  });
});
