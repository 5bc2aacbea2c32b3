import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, HOST, openEdge, pause, startUpstream, until } from '../testing/edge-kit.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const REFUSED = '{"jsonrpc": "2.0", "id": 7, "error": {"data": {"name": "psycopg2.errors.InsufficientPrivilege"}}}';
const CALL = '/web/dataset/call_kw/res.partner';
const JSON_HEADERS = { 'content-type': 'application/json' };

const answer = async (asked: string, res: ServerResponse, body: string): Promise<void> => {
  const isCall = asked.startsWith(`POST ${CALL}`);
  if (isCall) res.setHeader('Content-Type', 'application/json');
  if (asked.endsWith('onchange')) {
    await pause(100);
    res.end(REFUSED);
  } else if (asked === 'POST /web/login' || asked.startsWith('GET /web/assets/')) {
    res.writeHead(500, { 'Content-Type': 'text/html; charset=utf-8' }).end('<h1>Internal Server Error</h1>');
  } else if (isCall) {
    for (const part of ['{"jsonrpc": "2.0", ', '"id": 7, "result": [', '1', ',2]}']) {
      res.write(part);
      await pause(5);
    }
    res.end();
  } else res.end(`read ${body}`);
};

/** An Odoo whose database takes no writes; `seen` is what came to it. */
const frozen = async (minutes = 4) => {
  const seen: string[] = [];
  const upstream = await startUpstream(async (req, res) => {
    const body = (await req.toArray()).join('');
    seen.push(`${req.method} ${req.url} ${body}`.trim());
    await answer(`${req.method} ${req.url}`, res, body);
  });
  const edge = await openEdge();
  open.push(upstream, edge);
  if (upstream.route.kind !== 'serve') throw new Error('no address');
  const since = new Date().toISOString();
  const route = {
    kind: 'read-only' as const,
    upstream: upstream.route.upstream,
    since,
    until: new Date(Date.now() + minutes * 60_000).toISOString(),
  };
  edge.route(HOST, route);
  return { edge, upstream, seen, route };
};

const countsOf = (told: readonly (readonly unknown[])[], since: string) =>
  told
    .filter(([, times]) => Array.isArray(times) && times[0] === since)
    .map(([, , , reads, refused]) => [reads, refused].flat() as number[])
    .reduce(([a = 0, b = 0], [reads = 0, refused = 0]) => [a + reads, b + refused], [0, 0]);

describe('while a database takes no writes', () => {
  it('serves reads and refuses writes without asking Odoo, and says until when', async () => {
    const { edge, seen, route } = await frozen();

    const read = await ask(edge.port, { path: `${CALL}/web_read`, method: 'POST', headers: JSON_HEADERS, body: '{}' });
    const write = await ask(edge.port, { path: `${CALL}/create`, method: 'POST', headers: JSON_HEADERS, body: '{}' });
    const page = await ask(edge.port, { path: '/my/address/submit', method: 'POST', headers: { accept: 'text/html' } });
    const program = await ask(edge.port, { path: '/web/binary/upload_attachment', method: 'POST', body: 'x' });

    expect(read).toMatchObject({ status: 200, body: '{"jsonrpc": "2.0", "id": 7, "result": [1,2]}' });
    expect(write).toMatchObject({ status: 503, headers: { 'content-type': 'application/json' } });
    expect(Number(write.headers['retry-after'])).toBeGreaterThan(200);
    expect(JSON.parse(write.body).error.data).toMatchObject({ name: 'odoo.exceptions.UserError' });
    expect(page).toMatchObject({ status: 503, headers: { 'x-slipway-page': 'read-only' } });
    expect(page.body).toContain('Production is being updated. Reading works; saving will be possible again at about');
    expect(page.body).toContain('data-again="Saving is possible again');
    expect(JSON.parse(program.body)).toMatchObject({ status: 503, facts: { since: route.since, until: route.until } });
    expect(seen).toEqual([`POST ${CALL}/web_read {}`]);
  });

  it('looks into a body where the path does not say it, and sends it on as it came', async () => {
    const { edge, seen } = await frozen();
    const call = (method: string, more = ''): string =>
      JSON.stringify({ params: { service: 'object', method: 'execute_kw', args: ['d', 2, 'p', 'm', method, more] } });
    const asked = (body: string, headers = {}) =>
      ask(edge.port, { path: '/jsonrpc', method: 'POST', headers: { ...JSON_HEADERS, ...headers }, body });

    expect(await asked(call('search_read', 'ä'.repeat(60_000)))).toMatchObject({ status: 200 });
    expect(await asked(call('search_read'), { expect: '100-continue' })).toMatchObject({ status: 200 });
    expect(await asked(call('search_read'), { 'transfer-encoding': 'chunked' })).toMatchObject({ status: 200 });
    expect(await asked(call('write'))).toMatchObject({ status: 503 });
    expect(await asked(call('search_read', 'x'.repeat(300_000)))).toMatchObject({ status: 503 });
    expect(await asked(call('search_read'), { 'content-encoding': 'gzip' })).toMatchObject({ status: 503 });
    expect(seen).toEqual([
      `POST /jsonrpc ${call('search_read', 'ä'.repeat(60_000))}`,
      `POST /jsonrpc ${call('search_read')}`,
      `POST /jsonrpc ${call('search_read')}`,
    ]);
  });

  it('turns what Odoo says of a database that refuses into the same clear no', async () => {
    const { edge, seen } = await frozen();

    const late = await ask(edge.port, { path: `${CALL}/onchange`, method: 'POST', headers: JSON_HEADERS, body: '{}' });
    const login = await ask(edge.port, { method: 'POST', headers: { accept: 'text/html' }, body: 'login=ada' });

    expect(late.status).toBe(503);
    expect(JSON.parse(late.body).error.data.message).toContain('Production is being updated');
    expect(login).toMatchObject({ status: 503, headers: { 'x-slipway-page': 'read-only' } });
    expect(seen).toHaveLength(2);
  });

  it('says until when to whoever looks at what writes by being looked at, in place of a bare 500, and only then', async () => {
    const { edge, upstream, route } = await frozen();
    const path = '/web/assets/1/a.min.js';

    const page = await ask(edge.port, { path, headers: { accept: 'text/html' } });
    const asset = await ask(edge.port, { path });
    edge.route(HOST, upstream.route);
    const afterwards = await ask(edge.port, { path });

    expect(page).toMatchObject({ status: 503, headers: { 'x-slipway-page': 'updating' } });
    expect(page.body).toContain('Production is being updated. Reading works; saving will be possible again at about');
    expect(page.body).not.toContain('sent');
    expect(JSON.parse(asset.body)).toMatchObject({ status: 503, page: 'updating', facts: { until: route.until } });
    expect(Number(asset.headers['retry-after'])).toBeGreaterThan(200);
    expect(afterwards.status).toBe(500);
  });

  it('says until when also where the version that answered who reads is gone', async () => {
    const { upstream, route } = await frozen();
    const impatient = await openEdge({ limits: { retryMs: 100 } });
    open.push(impatient);
    impatient.route(HOST, route);
    await upstream.close();

    const page = await ask(impatient.port, { path: '/odoo', headers: { accept: 'text/html' } });

    expect(page).toMatchObject({ status: 503, headers: { 'x-slipway-page': 'updating' } });
    expect(Number(page.headers['retry-after'])).toBeGreaterThan(200);
  });

  it('also for a request that was under way when the database was closed, and leaves an answer alone once it is open', async () => {
    const { edge, upstream, route } = await frozen();
    const change = { path: `${CALL}/onchange`, method: 'POST', headers: JSON_HEADERS, body: '{}' };
    edge.route(HOST, upstream.route);

    expect((await ask(edge.port, change)).body).toBe(REFUSED);
    const late = ask(edge.port, change);
    await pause(50);
    edge.route(HOST, route);

    expect((await late).status).toBe(503);
  });

  it('counts reads and refusals, tells PostgreSQL when it is over, and the log', async () => {
    const { edge, upstream, route } = await frozen();
    for (let i = 0; i < 5; i += 1) await ask(edge.port, { path: '/odoo' });
    for (let i = 0; i < 3; i += 1) await ask(edge.port, { path: `${CALL}/create`, method: 'POST', body: '{}' });
    await ask(edge.port, { path: `${CALL}/onchange`, method: 'POST', headers: JSON_HEADERS, body: '{}' });

    // The forecast is moved: still the same time.
    edge.route(HOST, { ...route, until: new Date(Date.now() + 3_600_000).toISOString() });
    await ask(edge.port, { path: '/odoo' });
    edge.route(HOST, upstream.route);
    await until(() => countsOf(edge.told, route.since)[0] === 6);

    expect(countsOf(edge.told, route.since)).toEqual([6, 4]);
    const lines = edge.logs.filter(({ msg }) => msg === 'a read-only time is over');
    expect(lines).toMatchObject([{ host: HOST, since: route.since, reads: 6, refused: 4 }]);
    const [line = {}] = lines;
    expect([line.firstRefusedAt, line.lastRefusedAt].map((at) => String(at) >= route.since)).toEqual([true, true]);
  });

  it('keeps its counts while PostgreSQL is away', async () => {
    const { edge, upstream, route } = await frozen();
    edge.refuseToBeTold(1);
    await ask(edge.port, { path: `${CALL}/create`, method: 'POST', body: '{}' });
    edge.route(HOST, upstream.route);
    await until(() => countsOf(edge.told, route.since)[1] === 1, 5_000);
  });

  it('shows to a page that asks that it is read-only, and never the address', async () => {
    const { edge, route } = await frozen();

    const state = JSON.parse((await ask(edge.port, { path: '/_slipway/state' })).body);

    expect(state).toMatchObject({ kind: 'read-only', since: route.since, until: route.until });
    expect(JSON.stringify(state)).not.toContain('127.0.0.1');
  });

  it('cuts off a client that does not send the body that must be looked into', async () => {
    const { edge } = await frozen();
    const stalling = await openEdge({ limits: { bodyStallMs: 100 } });
    open.push(stalling);
    stalling.route(HOST, (edge.edge.book.find(HOST) as { route: Parameters<typeof stalling.route>[1] }).route);

    const asked = ask(stalling.port, { path: '/jsonrpc', method: 'POST', headers: { 'content-length': '10' } });

    await expect(asked).rejects.toThrow();
  });
});
