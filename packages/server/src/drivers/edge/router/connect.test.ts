import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectAnswer } from './client.ts';
import { ask, HOST, openEdge, startUpstream, type TestEdge, type TestUpstream } from './testing/edge-kit.ts';

const TICKET = 'a'.repeat(43);
const PATH = `/_slipway/connect?ticket=${TICKET}`;
const asked: unknown[] = [];
let answer: ConnectAnswer;
let edge: TestEdge;
let upstream: TestUpstream;
beforeAll(async () => {
  upstream = await startUpstream((_, res) => res.end('odoo'));
  edge = await openEdge({
    trustedProxies: ['127.0.0.0/8'],
    connect: async (use) => {
      asked.push(use);
      return answer;
    },
  });
  edge.route(HOST, upstream.route);
});
beforeEach(() => {
  asked.length = 0;
  answer = { kind: 'connected', session: 's'.repeat(84), path: '/web' };
});
afterAll(async () => {
  await edge.close();
  await upstream.close();
});

describe('an address that logs in', () => {
  it('becomes a cookie of this host only, and is in no log', async () => {
    const { status, headers } = await ask(edge.port, { path: PATH, headers: { 'x-forwarded-for': '203.0.113.7' } });

    expect(status).toBe(303);
    expect(headers).toMatchObject({ location: '/web', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(headers['set-cookie']).toEqual([`session_id=${'s'.repeat(84)}; Path=/; HttpOnly; SameSite=Lax`]);
    expect(asked).toEqual([{ host: HOST, ticket: TICKET, from: '203.0.113.7' }]);
    expect(JSON.stringify(edge.logs)).not.toMatch(/a{43}|s{84}/);
  });

  it('is for encrypted connections only where it was asked for by one', async () => {
    const { headers } = await ask(edge.port, { path: PATH, headers: { 'x-forwarded-proto': 'https' } });

    expect(headers['set-cookie']?.[0]).toMatch(/; Secure$/);
  });

  it.each([
    ['gone', 410],
    ['refused', 502],
    ['unreachable', 503],
  ] as const)('that is %s answers %i and no cookie', async (kind, status) => {
    answer = kind === 'unreachable' ? { kind, reason: 'x' } : { kind };
    const got = await ask(edge.port, { path: PATH });

    expect([got.status, got.headers['set-cookie']]).toEqual([status, undefined]);
  });

  it.each([
    ['HEAD', {}, PATH],
    ['POST', {}, PATH],
    ['GET', { 'sec-purpose': 'prefetch' }, PATH],
    ['GET', {}, '/_slipway/connect'],
    ['GET', {}, '/_slipway/connect?ticket=../../etc'],
  ])('is not used up by %s %j of %s', async (method, headers, path) => {
    expect((await ask(edge.port, { method, path, headers })).status).toBeGreaterThanOrEqual(400);
    expect(asked).toEqual([]);
  });
});
