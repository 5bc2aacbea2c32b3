import { ROUTES, type Route } from '@slipway/contracts/api';
import { ROLES } from '@slipway/contracts/permissions';
import { locatorOf, neededOf } from '@slipway/contracts/route';
import { describe, expect, it } from 'vitest';
import { findLines, places, trackedFiles } from './tracked-files.ts';

const rows = Object.entries<Route>(ROUTES);
const LOCATED = ['project', 'environment', 'run', 'build', 'evidence', 'shell'];

describe('every row of the route table', () => {
  it.each(rows)('%s says whose it is', (_, route) => {
    const of = locatorOf(route);

    expect(of).toBeDefined();
    // A list is filtered by who asks, so there is nothing else that it could need.
    if (of === 'list') expect(['read', 'self']).toContain(neededOf(route));
    if (of === 'installation') expect(['installation', 'self', 'nobody']).toContain(neededOf(route));
    if (neededOf(route) === 'stage') expect(['environment', 'run', 'shell']).toContain(of);
    // What is of a project is open to nobody, and not to everybody who is signed in.
    if (LOCATED.includes(of ?? '')) expect(['nobody', 'self']).not.toContain(neededOf(route));
  });

  it('names what it is about in its path', () => {
    const unnamed = rows.filter(([, route]) => {
      const of = locatorOf(route) ?? '';
      return LOCATED.includes(of) && !route.path.split('/').includes(`:${of === 'evidence' ? 'run' : of}`);
    });
    expect(unnamed.map(([name]) => name)).toEqual([]);
  });

  it('finds one that cannot be told whose it is', () => {
    expect(locatorOf({ method: 'GET', path: '/api/v1/things/:thing' })).toBeUndefined();
    expect(locatorOf({ method: 'POST', path: '/api/v1/things/:thing' })).toBe('installation');
  });
});

it('nothing but the table and the one place asks for a role', () => {
  const files = trackedFiles().filter((file) => /^packages\/server\/src\/.*(?<!\.test)\.ts$/.test(file));
  const decides = files.filter((file) => !file.endsWith('/http/authorise.ts'));

  expect(ROLES).toHaveLength(4);
  expect(
    places(findLines(decides, /\broleAllows\(|\bpermissionAt\(|\brole === '(?:viewer|developer|tester|admin)'/)),
  ).toEqual([]);
});
