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

it('every route of the API is reachable by some verb', () => {
  const used = new Set(COMMANDS.flatMap(({ routes }) => routes));
  // Signing in, and what belongs to whoever signed in, is a browser's: a program has a token.
  const ofPeople = (name: RouteName): boolean => ['nobody', 'self'].includes(neededOf(ROUTES[name]));

  expect((Object.keys(ROUTES) as RouteName[]).filter((name) => !used.has(name) && !ofPeople(name))).toEqual([]);
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
