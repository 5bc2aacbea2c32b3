/** What holds for every route of the API: pages, keys for once, ETags, limits, one shape of refusal, and who did what. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { query } from '../../packages/server/src/store/queryable.ts';
import { type ApiSite, OPERATOR_TOKEN, openApiSite, serveApi } from './api-site.ts';
import { makeShop, type Shop } from './make-slipway.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());

let api: ApiSite;
beforeEach(async () => {
  api = await openApiSite(inject('postgresUrl'), shop, { reading: 60, changing: 40, strangers: 3 });
});
afterEach(() => api.close());

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Headers = Readonly<Record<string, string>>;
const ask = async (
  method: Method,
  path: string,
  { body, headers = {}, token = OPERATOR_TOKEN }: { body?: object; headers?: Headers; token?: string } = {},
) => {
  const url = path.startsWith('/api') ? path : `/api/v1${path}`;
  const answer = await api.app.inject({
    ...{ method, url, headers: { authorization: `Bearer ${token}`, ...headers } },
    ...(body === undefined ? {} : { payload: body }),
  });
  const json = /json/.test(String(answer.headers['content-type'])) ? answer.json() : null;
  return { status: answer.statusCode, headers: answer.headers, body: json };
};
const open = (number: number, headers: Headers = {}) =>
  ask('POST', '/projects/shop/previews', { body: { number, ref: 'main' }, headers });
const runsOf = async (): Promise<number> =>
  (await query<{ count: number }>(api.db, 'select count(*)::int as count from ops.runs'))[0]?.count ?? 0;

describe('a list', () => {
  const pages = async (path: string): Promise<unknown[][]> => {
    const all: unknown[][] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer: Awaited<ReturnType<typeof ask>> = await ask('GET', next);
      expect(answer.status, next).toBe(200);
      all.push(answer.body);
      next = /<([^>]+)>; rel="next"/.exec(String(answer.headers['link'] ?? ''))?.[1];
    }
    return all;
  };

  test.each([
    ['/runs', 'id'],
    ['/environments', 'name'],
    ['/projects/shop/previews', 'number'],
    ['/projects/shop/previews?all=true', 'number'],
    ['/evidence', 'run'],
    ['/audit', 'id'],
    ['/projects/shop/audit', 'id'],
  ])('%s is the same in pages of two as in one', async (path, id) => {
    for (const number of [3, 1, 2, 5, 4]) await open(number);
    await api.plane.drain();
    await ask('DELETE', '/projects/shop/previews/2');
    await api.plane.drain();
    const idsOf = (rows: unknown[]) => rows.map((row) => (row as Record<string, unknown>)[id]);
    const separator = path.includes('?') ? '&' : '?';
    const [whole = []] = await pages(`${path}${separator}limit=500`);
    const parts = await pages(`${path}${separator}limit=2`);

    expect(whole.length).toBeGreaterThan(3);
    expect(parts.slice(0, -1).every((part) => part.length === 2)).toBe(true);
    expect(idsOf(parts.flat())).toEqual(idsOf(whole));
  });

  test('of builds goes on where the page before ended, also among those of one moment', async () => {
    await query(
      api.db,
      `insert into ops.builds (id, project, git_sha, lock_hash, started_at)
       select 'bld_' || n, 'shop', 'a', 'b', timestamptz '2026-03-01 10:00:00.123456Z' - (n / 3) * interval '1 microsecond'
       from generate_series(1, 20) n`,
    );
    const rows = (await pages('/builds?limit=3')).flat() as { id: string }[];

    expect(rows.map(({ id }) => id)).toEqual(
      (await query<{ id: string }>(api.db, 'select id from ops.builds order by started_at desc, id desc')).map(
        (row) => row.id,
      ),
    );
  });

  test.each(['cursor=%20', 'cursor=!!', 'limit=0x', 'limit=-1', `cursor=${'a'.repeat(601)}`])(
    'is not asked for with %s',
    async (wrong) => {
      expect(await ask('GET', `/runs?${wrong}`)).toMatchObject({ status: 400, body: { code: 'payload-invalid' } });
    },
  );

  test('is not asked for with a cursor of another list', async () => {
    const cursor = Buffer.from('run_1').toString('base64url');
    for (const path of ['/audit', '/projects/shop/previews'])
      expect(await ask('GET', `${path}?cursor=${cursor}`)).toMatchObject({ status: 400 });
  });
});

describe('a request with an Idempotency-Key', () => {
  const key = (name: string): Headers => ({ 'idempotency-key': `key-of-${name}` });

  test('is carried out once, and answered the same again; also after a restart', async () => {
    const first = await open(1, key('one'));
    const again = await open(1, key('one'));
    const restarted = serveApi(api.site, await api.site.start());
    const later = await restarted.inject({
      ...{ method: 'POST', url: '/api/v1/projects/shop/previews', payload: { number: 1, ref: 'main' } },
      headers: { authorization: `Bearer ${OPERATOR_TOKEN}`, ...key('one') },
    });
    await restarted.close();

    expect(first.status).toBe(200);
    expect(again).toMatchObject({ status: 200, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect(later.json()).toEqual(first.body);
    expect(await runsOf()).toBe(1);
  });

  test('is refused for another body, and for another route', async () => {
    await open(1, key('two'));

    expect(await open(2, key('two'))).toMatchObject({ status: 422, body: { code: 'idempotency-conflict' } });
    expect(await ask('DELETE', '/projects/shop/previews/1', { headers: key('two') })).toMatchObject({ status: 422 });
    expect(await runsOf()).toBe(1);
  });

  test('is another one of another caller', async () => {
    const { body } = await ask('POST', '/tokens', { body: { name: 'ada', scopes: ['admin'] } });
    await open(1, key('three'));
    const other = await ask('POST', '/projects/shop/previews', {
      ...{ token: body.token, headers: key('three'), body: { number: 2, ref: 'main' } },
    });

    expect(other.status).toBe(200);
    expect(await runsOf()).toBe(2);
  });

  test('is not carried out twice while it is being carried out', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => open(1, key('four'))));

    expect(await runsOf()).toBe(1);
    for (const { status, body } of answers)
      if (status !== 200) expect({ status, code: body.code }).toEqual({ status: 409, code: 'idempotency-in-flight' });
    expect(answers.filter(({ status }) => status === 200)).not.toEqual([]);
  });

  test('whose process died is told so, and not carried out again', async () => {
    await open(1, key('five'));
    await query(
      api.db,
      `update ops.idempotency_keys set status = null, answer = null, busy_until = now() - interval '1 second'`,
    );

    expect(await open(1, key('five'))).toMatchObject({ status: 409, body: { code: 'idempotency-interrupted' } });
    expect(await runsOf()).toBe(1);
  });

  test('that was refused is refused the same again', async () => {
    const wrong = () => ask('DELETE', '/projects/shop/previews/9', { headers: key('six') });
    const first = await wrong();
    await open(9);

    expect(first).toMatchObject({ status: 404, body: { code: 'preview-unknown' } });
    expect((await wrong()).body).toEqual(first.body);
  });

  test('keeps no secret of an answer', async () => {
    const create = () => ask('POST', '/tokens', { body: { name: 'bob', scopes: ['read'] }, headers: key('seven') });
    const { token } = (await create()).body;
    await open(1);
    await api.plane.drain();
    const woken = await ask('POST', '/projects/shop/previews/1/wake', { headers: key('eight') });
    const { password } = woken.body.preview.login;
    const secret = { value: 'a-password-of-somebody' };
    await ask('PUT', '/projects/shop/secrets/preview/SMTP', { body: secret, headers: key('nine') });
    const kept = JSON.stringify(await query(api.db, 'select key, fingerprint, answer from ops.idempotency_keys'));

    expect(await create()).toMatchObject({ status: 409, body: { code: 'idempotency-secret' } });
    for (const value of [token, password, secret.value, 'key-of-seven']) expect(kept).not.toContain(value);
    const again = await ask('POST', '/projects/shop/previews/1/wake', { headers: key('eight') });
    expect(again.body).toEqual({ ...woken.body, preview: { ...woken.body.preview, login: null } });
  });

  test('has a key that one can write down', async () => {
    expect(await open(1, { 'idempotency-key': 'short' })).toMatchObject({ status: 400 });
    expect(await runsOf()).toBe(0);
  });
});

describe('an answer', () => {
  test('carries an ETag, and is not sent again to who has it', async () => {
    await open(1);
    const first = await ask('GET', '/projects/shop/previews/1');
    const etag = String(first.headers['etag']);
    const same = await ask('GET', '/projects/shop/previews/1', { headers: { 'if-none-match': `"x", ${etag}` } });
    await api.plane.drain();
    const changed = await ask('GET', '/projects/shop/previews/1', { headers: { 'if-none-match': etag } });

    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    expect(same).toMatchObject({ status: 304, body: null });
    expect(changed.status).toBe(200);
    expect(changed.headers['etag']).not.toBe(etag);
  });

  test.each([
    ['a path that is none', 'GET', '/api/v1/none', {}, 404, 'route-unknown'],
    ['a method that the path does not take', 'DELETE', '/api/v1/projects/shop/previews', {}, 405, 'method-not-allowed'],
    [
      'a body that is no JSON',
      'POST',
      '/api/v1/projects/shop/previews',
      { payload: '{', type: 'application/json' },
      400,
      'payload-invalid',
    ],
    [
      'a body of another type',
      'POST',
      '/api/v1/projects/shop/previews',
      { payload: 'a=1', type: 'text/plain' },
      415,
      'media-type-unsupported',
    ],
    [
      'a body that is too long',
      'POST',
      '/api/v1/projects/shop/previews',
      { payload: `"${'x'.repeat(1_100_000)}"`, type: 'application/json' },
      413,
      'payload-too-large',
    ],
    ['a path that cannot be read', 'GET', '/api/v1/runs/%zz', {}, 400, 'payload-invalid'],
    ['a NUL in a path', 'GET', '/api/v1/runs/a%00b', {}, 400, 'payload-invalid'],
    ['a number that is none', 'GET', '/api/v1/projects/shop/previews/0', {}, 400, 'payload-invalid'],
  ] as const)(
    'to %s is problem+json',
    async (_, method, url, sent: { payload?: string; type?: string }, status, code) => {
      const headers = {
        authorization: `Bearer ${OPERATOR_TOKEN}`,
        ...(sent.type === undefined ? {} : { 'content-type': sent.type }),
      };
      const answer = await api.app.inject({
        method,
        url,
        headers,
        ...(sent.payload === undefined ? {} : { payload: sent.payload }),
      });

      expect({ status: answer.statusCode, type: answer.headers['content-type'] }).toEqual({
        status,
        type: 'application/problem+json; charset=utf-8',
      });
      expect(answer.json()).toMatchObject({
        type: 'about:blank',
        status,
        code,
        title: expect.any(String),
        hint: expect.any(String),
      });
      if (status === 405) expect(answer.headers['allow']).toBe('GET, POST');
    },
  );

  test('to whoever asks without a token is the document of the API, and nothing else', async () => {
    const document = await api.app.inject({ method: 'GET', url: '/api/v1/openapi.json' });

    expect(document.json()).toMatchObject({
      openapi: '3.1.1',
      paths: { '/api/v1/runs/{run}': { get: { operationId: 'run' } } },
    });
    expect((await api.app.inject({ method: 'GET', url: '/api/v1/audit' })).statusCode).toBe(401);
  });
});

describe('who asks too often', () => {
  test('is told when to ask again; another caller is not', async () => {
    const { token } = (await ask('POST', '/tokens', { body: { name: 'ada', scopes: ['read'] } })).body;
    const first = await ask('GET', '/runs', { token });
    let last = first;
    for (let time = 0; time < 60; time++) last = await ask('GET', '/runs', { token });

    expect(first.headers).toMatchObject({ 'ratelimit-limit': '60', 'ratelimit-remaining': '59' });
    expect(last).toMatchObject({ status: 429, body: { code: 'rate-limited', facts: { who: 'ada', limit: 60 } } });
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('GET', '/runs')).status).toBe(200);
  });

  test('without a token is told sooner, and does not shut out who has one', async () => {
    const statuses: number[] = [];
    for (let time = 0; time < 5; time++) statuses.push((await ask('GET', '/runs', { token: 'guess' })).status);

    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await ask('GET', '/runs')).status).toBe(200);
  });

  test('following a log is one request, however long it is', async () => {
    const { run } = (await open(1)).body;
    await api.plane.drain();
    const before = await ask('GET', '/runs');
    const answer = await api.app.inject({
      ...{ method: 'GET', url: `/api/v1/runs/${run}/logs?follow=true` },
      headers: { authorization: `Bearer ${OPERATOR_TOKEN}` },
    });
    const after = await ask('GET', '/runs');

    expect(answer.body.split('\n').length).toBeGreaterThan(3);
    expect(Number(before.headers['ratelimit-remaining']) - Number(after.headers['ratelimit-remaining'])).toBe(2);
  });
});

describe('the audit log', () => {
  test('says who did what, from where, and what was refused', async () => {
    const { token } = (await ask('POST', '/tokens', { body: { name: 'ada', scopes: ['read'] } })).body;
    await open(1, { 'user-agent': 'slipway-cli' });
    await ask('DELETE', '/projects/shop/previews/1', { token, headers: { 'x-forwarded-for': '203.0.113.7' } });
    await ask('DELETE', '/projects/shop/previews/7');
    await ask('GET', '/projects/shop/previews/7');
    const rows = (await ask('GET', '/projects/shop/audit')).body;

    expect(rows).toMatchObject([
      {
        who: 'operator',
        what: 'closePreview',
        target: 'shop/7',
        result: 'refused',
        details: { code: 'preview-unknown' },
      },
      { who: 'ada', what: 'closePreview', target: 'shop/1', from: 'api 203.0.113.7', details: { code: 'token-scope' } },
      { who: 'operator', what: 'preview.open', target: 'shop/pr-1', from: 'cli 127.0.0.1', result: 'ok' },
    ]);
    expect((await ask('GET', '/audit?what=token.')).body).toMatchObject([{ what: 'token.create', target: 'ada' }]);
    expect((await ask('GET', '/projects/shop/audit?who=ada')).body).toHaveLength(1);
    expect((await ask('GET', '/projects/shop/audit?since=2999-01-01T00:00:00Z')).body).toEqual([]);
    expect((await ask('GET', '/projects/shop/audit', { token })).body).toMatchObject({ code: 'token-scope' });
  });

  test('of a project has what was done to its runs', async () => {
    const { run } = (await open(1)).body;
    await ask('POST', `/runs/${run}/cancel`);

    expect((await ask('GET', '/projects/shop/audit?what=run.cancel')).body).toMatchObject([
      { target: run, who: 'operator' },
    ]);
  });
});
