import { expect, it } from 'vitest';
import type { Change } from '../store/changes.ts';
import { OPERATOR } from './callers.ts';
import { maySeeChange } from './visible.ts';

const change: Change = {
  ...{ id: 1, organisation: 'default', project: 'shop', environment: null, kind: 'run', subject: 'run_1' },
  ...{ state: null, at: '2026-03-01T10:00:00.000Z' },
};
const viewer = { ...OPERATOR, installation: false, roles: { shop: 'viewer' as const } };

it.each([
  ['the installation sees every project', OPERATOR, change, true],
  ['and what is of none', OPERATOR, { ...change, project: null }, true],
  ['but nothing of another organisation', OPERATOR, { ...change, organisation: 'acme' }, false],
  ['a role sees its project', viewer, change, true],
  ['and no other', viewer, { ...change, project: 'mill' }, false],
  ['not one that is called as something every object has', viewer, { ...change, project: 'constructor' }, false],
  ['nor what is of none', viewer, { ...change, project: null }, false],
  ['nor its namesake of another organisation', viewer, { ...change, organisation: 'acme' }, false],
])('%s', (_, caller, what, may) => {
  expect(maySeeChange(caller, what)).toBe(may);
});
