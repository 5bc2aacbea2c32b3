import { smokeSection } from '@slipway/contracts/smoke-config';
import type { SmokeReport } from '@slipway/contracts/smoke-views';
import type { SmokeRequest } from '@slipway/smoke/request';
import { expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { smokeSlot } from './smoke-slot.ts';
import type { StepContext } from './step.ts';

const HEAD = '2026-11-21 17:20:00,000 1';
const LOGIN =
  '<input name="csrf_token" value="t"/><input name="login"/><input name="password"/><link rel="stylesheet" href="/a.css"/>';

interface World {
  readonly state?: unknown;
  readonly rows?: readonly Record<string, unknown>[];
  readonly administrator?: string;
  readonly lines?: readonly string[];
}

const ANSWERS: Readonly<Record<string, object>> = {
  'GET /web/health?db_server_status=true': { body: '{"status":"pass"}' },
  'POST /web/login': { status: 303, headers: { location: '/odoo' } },
  'GET /a.css': { headers: { 'content-type': 'text/css' } },
  'POST /web/session/get_session_info': { body: '{"result":{"uid":2,"db":"odoo_shop"}}' },
  'POST /json/2/res.users/context_get': { body: '{"uid":6}' },
  'POST /web/database/list': { status: 403 },
  'GET /websocket': { status: 101 },
};
const PAGE = {
  status: 200,
  headers: {},
  cookies: ['session_id=s'],
  body: `<html>${LOGIN}</html>`,
  bytes: 1,
  milliseconds: 1,
};

/** Ports of an Odoo that answers, and what was asked of them. */
const stand = (world: World) => {
  const asked: SmokeRequest[] = [];
  const [secrets, kept]: [string[], Map<string, string>] = [[], new Map()];
  const context = {
    ports: {
      workload: {
        state: async () => world.state ?? { kind: 'running', upstream: { host: 'slot', port: 1, websocketPort: 2 } },
        logs: async function* () {
          yield* world.lines ?? [];
        },
      },
      databases: {
        query: async (_: string, [statement]: { text: string }[]) =>
          statement?.text.includes('res_users')
            ? world.administrator === undefined
              ? []
              : [{ login: world.administrator }]
            : (world.rows ?? [{ name: 'base', state: 'installed', models: 223 }]),
      },
      secrets: {
        get: async (...words: string[]) => {
          secrets.push(words.join(' '));
          return new Secret('of production');
        },
        ensure: async (...words: string[]) => {
          secrets.push(words.join(' '));
          return new Secret('of the copy');
        },
      },
      probe: {
        ask: async (_: unknown, __: URL, request: SmokeRequest) => {
          asked.push(request);
          return { ...PAGE, ...ANSWERS[`${request.method} ${request.path}`] };
        },
      },
    },
    signal: new AbortController().signal,
    log: () => undefined,
    keep: async (path: string, content: string) => void kept.set(path, content),
    now: () => 0,
  } as unknown as StepContext;
  return { context, asked, secrets, report: () => JSON.parse(kept.get('smoke/report.json') ?? '{}') as SmokeReport };
};

const input = {
  project: 'shop',
  environment: 'shop/staging',
  stage: 'staging',
  slot: 'green',
  url: 'http://staging.localhost:8080',
  series: '19.0',
  database: 'odoo_shop',
  sha: 'head',
  checks: smokeSection.parse({ login: { user: 'smoke', password: 'SMOKE_PASSWORD', api_key: 'SMOKE_KEY' } }),
  expectedModules: ['base'],
} as const;
const asked = (more: Partial<Parameters<typeof smokeSlot.run>[0]> = {}) => ({
  ...input,
  expectedModules: [...input.expectedModules],
  ...more,
});
const passwordSent = (requests: readonly SmokeRequest[]): string | null | undefined =>
  new URLSearchParams(
    requests.find(({ method, path }) => method === 'POST' && path === '/web/login')?.body?.reveal(),
  ).get('password');

test('staging is logged in to by its own administrator, whatever it is called, and never with a secret of production', async () => {
  const { context, asked: requests, secrets, report } = stand({ administrator: 'user-1@masked.invalid' });
  const outcome = await smokeSlot.run(asked(), context);

  expect(outcome).toMatchObject({ note: '11 checks passed, 1 skipped', receipt: { failed: [] } });
  expect(secrets).toEqual(['shop/staging admin-password']);
  expect(passwordSent(requests)).toBe('of the copy');
  expect(report().results.find(({ check }) => check === 'log-in')?.measured).toMatch(
    /^user-1@masked.invalid is user 2/,
  );
});

test('production is logged in to as slipway.yaml says, by the secrets of its stage', async () => {
  const { context, asked: requests, secrets, report } = stand({ administrator: 'admin' });
  await smokeSlot.run(asked({ environment: 'shop/production', stage: 'production' }), context);

  expect(secrets).toEqual(['shop production SMOKE_PASSWORD', 'shop production SMOKE_KEY']);
  expect(passwordSent(requests)).toBe('of production');
  expect(report().results.find(({ check }) => check === 'api')?.state).toBe('pass');
  expect(JSON.stringify(report())).not.toContain('of production');
});

test('production without a login is tested without one', async () => {
  const { context, secrets, report } = stand({ administrator: 'admin' });
  await smokeSlot.run(asked({ stage: 'production', checks: smokeSection.parse({}) }), context);

  expect(secrets).toEqual([]);
  expect(report()).toMatchObject({ ok: true, url: 'http://staging.localhost:8080/', at: '1970-01-01T00:00:00.000Z' });
});

test('what failed is named in the failure, with what was found, and the report is kept all the same', async () => {
  const rows = [
    { name: 'base', state: 'installed', models: 223 },
    { name: 'shop_order', state: 'to upgrade', models: 223 },
  ];
  const lines = [
    `${HEAD} INFO odoo_shop odoo.http: fine`,
    `${HEAD} ERROR odoo_shop odoo.modules.loading: Some modules are not loaded`,
  ];
  const { context, report } = stand({ rows, lines });

  await expect(smokeSlot.run(asked(), context)).rejects.toMatchObject({
    code: 'smoke-failed',
    message:
      'Odoo answers, but fails its smoke test: modules (unfinished: shop_order (to upgrade)), log-errors (1 in the last 2 lines, at most 0 wanted: Some modules are not loaded)',
    facts: { checks: 'modules\nlog-errors' },
  });
  expect(report()).toMatchObject({ ok: false, failed: ['modules', 'log-errors'] });
});

test('a container that is not there has no smoke test', async () => {
  const { context } = stand({ state: { kind: 'absent' } });

  await expect(smokeSlot.run(asked(), context)).rejects.toMatchObject({ code: 'odoo-boot-failed' });
});
