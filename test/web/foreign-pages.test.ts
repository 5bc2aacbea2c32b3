/** Every route, asked in somebody's name by a page that is not ours. */
import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { SESSION_COOKIE, SESSION_COOKIE_OVER_HTTPS } from '@slipway/contracts/session-cookie';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openSessionStand, type SessionStand } from './session-stand.ts';

let stand: SessionStand;
beforeAll(async () => {
  stand = await openSessionStand(inject('postgresUrl'));
});
afterAll(() => stand?.close());

const NAMES = Object.keys(ROUTES) as RouteName[];
const pathOf = (name: RouteName): string => ROUTES[name].path.replace(/:\w+/g, '1');
const CHANGES = NAMES.filter((name) => ROUTES[name].method !== 'GET');
const READS = NAMES.filter((name) => ROUTES[name].method === 'GET');

/** What is in the database, as far as a request that was refused could have changed it. */
const traces = async (): Promise<unknown> =>
  (
    await stand.db.query(`select (select count(*) from ops.audit_log) as audit, (select count(*) from ops.runs) as runs,
      (select count(*) from ops.sessions) as sessions, (select count(*) from ops.users) as users,
      (select count(*) from ops.invitations) as invitations, (select count(*) from ops.tokens) as tokens,
      (select count(*) from ops.secrets) as secrets, (select count(*) from ops.webhooks) as webhooks`)
  ).rows[0];

const JSON_TYPE = { 'content-type': 'application/json' };

const STRANGE = {
  'a page of another origin': () => ({ origin: 'https://evil.example', ...JSON_TYPE }),
  'a preview below the same domain': () => ({ origin: stand.strange, 'sec-fetch-site': 'same-site', ...JSON_TYPE }),
  'our name on another port': () => ({ origin: 'http://slipway.localhost:1', ...JSON_TYPE }),
  'our name with another scheme': () => ({ origin: stand.origin.replace('http:', 'https:'), ...JSON_TYPE }),
  'a page without an origin': () => ({ origin: 'null', ...JSON_TYPE }),
  'a page that hides it': () => ({ 'sec-fetch-site': 'cross-site', ...JSON_TYPE }),
  'an old browser that says nothing': () => JSON_TYPE,
} as const;

const OF_FORMS = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];

test.each(CHANGES)(
  '%s, which changes something, is refused to strange pages, and to what a form could send',
  async (name) => {
    const before = await traces();
    const ask = async (headers: Readonly<Record<string, string>>) => {
      const asked = { body: '{}', headers: { cookie: stand.owner.cookie(), ...headers } };
      const answer = await stand.ask(ROUTES[name].method, pathOf(name), asked);
      expect(answer.headers['access-control-allow-origin']).toBe(undefined);
      return [answer.status, answer.body?.code];
    };
    for (const [page, headersOf] of Object.entries(STRANGE))
      expect([page, ...(await ask(headersOf()))]).toEqual([page, 403, 'origin-refused']);
    for (const type of OF_FORMS)
      expect([type, ...(await ask({ origin: stand.origin, 'content-type': type }))]).toEqual([
        ...[type, 415, 'content-type-refused'],
      ]);
    expect(await traces()).toEqual(before);
  },
);

test.each(READS)('%s, which reads, is refused to strange pages, whatever they ask by', async (name) => {
  const before = await traces();
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: stand.strange, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  ] as Record<string, string>[]) {
    const answer = await stand.ask('GET', pathOf(name), { headers: { cookie: stand.owner.cookie(), ...headers } });
    expect([headers, answer.status, answer.body?.code]).toEqual([headers, 403, 'origin-refused']);
    expect(answer.headers['access-control-allow-origin']).toBe(undefined);
  }
  expect(await traces()).toEqual(before);
});

test('a link from elsewhere is followed, and so is what a browser without such words asks for', async () => {
  const cookie = stand.owner.cookie();
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect((await stand.ask('GET', '/api/v1/me', { headers: { cookie, ...link } })).status).toBe(200);
  expect((await stand.ask('GET', '/api/v1/me', { headers: { cookie } })).status).toBe(200);
  expect((await stand.ask('GET', '/', { headers: { cookie, ...link, accept: 'text/html' } })).status).toBe(200);
});

test('nobody is told that they may ask: a preflight is refused', async () => {
  const headers = {
    ...{ origin: stand.strange, 'access-control-request-method': 'POST' },
    'access-control-request-headers': 'content-type',
  };
  const answer = await stand.ask('OPTIONS', '/api/v1/projects', { headers });
  expect(answer.status).toBe(403);
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('a token asks from anywhere: no browser sends it along by itself', async () => {
  const made = await stand.owner.ask('POST', '/api/v1/me/tokens', {
    body: { name: 'laptop', scopes: ['admin'], expires: '30d' },
  });
  expect(made.status).toBe(200);
  const headers = { authorization: `Bearer ${made.body.token}`, ...JSON_TYPE };
  expect((await stand.ask('GET', '/api/v1/me', { headers })).status).toBe(200);
});

test('the OpenAPI document names the cookie that is set', async () => {
  const { body } = await stand.ask('GET', '/api/v1/openapi.json', { headers: { cookie: stand.owner.cookie() } });
  const names = Object.values(body.components.securitySchemes as Record<string, { name?: string }>);

  expect(names.map(({ name }) => name)).toEqual([undefined, SESSION_COOKIE, SESSION_COOKIE_OVER_HTTPS]);
  expect([...stand.owner.jar.keys()]).toContain(SESSION_COOKIE);
});

describe('where a request is from', () => {
  const froms = async (what: string): Promise<string[]> =>
    (await stand.db.query('select from_where as at from ops.audit_log where what = $1 order by id', [what])).rows.map(
      (row) => row.at,
    );

  test('is the address that the proxy in front says, whatever the client says', async () => {
    const page = stand.visitor();
    // As the edge's trusted proxy adds it: what stands before is the client's own word.
    const headers = {
      'x-forwarded-for': '10.9.9.9, 203.0.113.7',
      'x-slipway-from': '10.8.8.8',
      'x-real-ip': '10.7.7.7',
    };
    const answer = await page.ask('POST', '/api/v1/auth/sign-in/email', {
      ...{ body: { email: 'ada@example.org', password: 'wrong password 1' }, headers },
    });

    expect(answer.status).toBe(401);
    expect((await froms('sign-in')).at(-1)).toBe('203.0.113.7');
  });

  test('is what limits count by, so that nobody has another one by saying so', async () => {
    const statusOf = async (forged: number, address: string): Promise<number> => {
      const headers = { 'x-forwarded-for': `10.0.0.${forged}, ${address}`, 'x-slipway-from': `10.1.0.${forged}` };
      return (await stand.ask('GET', '/api/v1/me', { headers })).status;
    };
    const asked: number[] = [];
    for (let forged = 0; forged < 70; forged++) asked.push(await statusOf(forged, '203.0.113.9'));

    expect(asked.filter((status) => status === 401)).toHaveLength(60);
    expect(asked.slice(60)).toEqual(Array(10).fill(429));
    // Others are not counted with it.
    expect(await statusOf(1, '203.0.113.10')).toBe(401);
  });
});
