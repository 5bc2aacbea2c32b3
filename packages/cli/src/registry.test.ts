import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { neededOf } from '@slipway/contracts/route';
import { expect, it } from 'vitest';
import { COMMANDS } from './registry.ts';

const folder = join(import.meta.dirname, 'commands');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .filter((file) => /= define(?:Command|Lines)\(/.test(readFileSync(join(folder, file), 'utf8')));

it('every verb is one file, called after its words', () => {
  const paths = COMMANDS.map(({ path }) => `${path.replace(' ', '/')}.ts`);

  expect([...paths].sort()).toEqual([...files].sort());
});

/** Routes that no verb calls, each with why none has to. */
const ONLY_FOR_THE_WEB: Readonly<Record<string, string>> = {
  mailHtml: 'a page for a sandboxed frame; `slipway mail show` prints the text, `mail save` writes all of it',
  openapi: 'for programs that are written against the API; the CLI has its types from the contracts',
};
/** Verbs that need no control plane: they look at files, at this machine, or at what answers elsewhere. */
const OFFLINE = [
  ...['ci init', 'completion', 'config check', 'contract', 'cost', 'down', 'guard', 'image build', 'init'],
  'logout',
  'smoke',
];

it('every route of the API is reachable by some verb, or it is said why not', () => {
  const used = new Set<string>(COMMANDS.flatMap(({ routes }) => routes));
  // Signing in, and what belongs to whoever signed in, is a browser's: a program has a token.
  const ofPeople = (name: RouteName): boolean =>
    ['nobody', 'self'].includes(neededOf(ROUTES[name])) && !(name in ONLY_FOR_THE_WEB);
  const unreachable = (Object.keys(ROUTES) as RouteName[]).filter((name) => !used.has(name) && !ofPeople(name));

  expect(unreachable.filter((name) => !(name in ONLY_FOR_THE_WEB))).toEqual([]);
  expect(Object.keys(ONLY_FOR_THE_WEB).filter((name) => !unreachable.some((one) => one === name))).toEqual([]);
});

it('every verb that is not offline has its route, and calls none but its own', () => {
  expect(
    COMMANDS.filter(({ routes }) => routes.length === 0)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(OFFLINE);
  for (const { path, routes } of COMMANDS) {
    const source = readFileSync(join(folder, `${path.replace(' ', '/')}.ts`), 'utf8');
    const called = [...source.matchAll(/\.(?:call|list|lines|bytes|stream)\(\s*'(\w+)'/g)].map(([, name]) => name);
    expect(
      called.filter((name) => !routes.includes(name as keyof typeof ROUTES)),
      path,
    ).toEqual([]);
  }
});

it('every verb names only routes that exist', () => {
  for (const { routes } of COMMANDS) for (const name of routes) expect(ROUTES[name]).toBeDefined();
});

it('every verb is a sentence with an example of itself', () => {
  for (const { path, says, example } of COMMANDS) {
    expect(says, path).toMatch(/^[A-Z].*\.$/);
    expect(example, path).toContain(`slipway ${path}`);
  }
});
