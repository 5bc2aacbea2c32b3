import { expect, it } from 'vitest';
import { parseRouteRow } from './route-row.ts';

const upstream = { host: '172.18.0.2', port: 8069, websocketPort: 8072 };
const row = (route: unknown, more: object = {}) => ({
  host: 'A.localhost',
  environment: 'shop/a',
  version: '7',
  route,
  ...more,
});

it.each([
  [{ kind: 'serve', upstream }],
  [{ kind: 'read-only', upstream, since: '2026-11-21T21:00:00.000Z', until: '2026-11-21T21:04:00.000Z' }],
  [{ kind: 'wake' }],
  [{ kind: 'hold' }],
  [{ kind: 'page', page: 'failed', facts: { step: 'boot', number: 3 } }],
])('reads %j', (route) => {
  expect(parseRouteRow(row(route))).toEqual({ host: 'a.localhost', environment: 'shop/a', version: 7, route });
});

it.each([
  [null],
  [{ kind: 'redirect' }],
  [{ kind: 'serve' }],
  [{ kind: 'read-only', upstream, since: '2026-11-21T21:00:00.000Z' }],
  [{ kind: 'read-only', upstream, since: 'a while', until: '2026-11-21T21:04:00.000Z' }],
  [{ kind: 'read-only', since: '2026-11-21T21:00:00.000Z', until: '2026-11-21T21:04:00.000Z' }],
  [{ kind: 'serve', upstream: { ...upstream, port: 0 } }],
  [{ kind: 'serve', upstream: { ...upstream, websocketPort: '8072' } }],
  [{ kind: 'serve', upstream: { ...upstream, host: 'a@evil.example/' } }],
  [{ kind: 'page', page: 'other', facts: {} }],
  [{ kind: 'page', page: 'failed' }],
])('refuses %j', (route) => {
  expect(parseRouteRow(row(route))).toBeNull();
});

it('refuses a row without host, environment or version', () => {
  const route = { kind: 'hold' };
  expect(
    [row(route, { host: null }), row(route, { environment: 1 }), row(route, { version: 'x' }), 'text'].map(
      parseRouteRow,
    ),
  ).toEqual([null, null, null, null]);
});
