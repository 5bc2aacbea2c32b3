import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smokeHttp } from './client.ts';
import { failedText, reportOf, runSmoke, type SmokeEvent } from './run-smoke.ts';
import { examine, subjectFor } from './testing/examine.ts';
import { FakeOdoo } from './testing/fake-odoo.ts';

let odoo: FakeOdoo;
let url: URL;
beforeEach(async () => {
  odoo = new FakeOdoo();
  url = await odoo.open();
});
afterEach(() => odoo.close());

const now = (): number => performance.now();
const never = new AbortController().signal;

describe('a smoke test', () => {
  it('says what it is at before it says what it found', async () => {
    const events: SmokeEvent[] = [];
    for await (const event of runSmoke({ ...subjectFor(url), signal: never, now })) events.push(event);

    expect(
      events.slice(0, 4).map((event) => (event.kind === 'result' ? event.result.state : event.check.title)),
    ).toEqual(['Health', 'pass', 'Login page', 'pass']);
    const last = events.at(-2);
    expect(last?.kind === 'started' && [last.index + 1, last.of]).toEqual([12, 12]);
  });

  it('asks nothing more of an address where nobody answers', async () => {
    await odoo.close();
    const results = await examine(url);

    expect(results.map(({ state }) => state)).toEqual(['fail', ...Array(11).fill('skipped')]);
    expect(results[1]?.measured).toMatch(/^nothing answers: connect ECONNREFUSED/);
    odoo = new FakeOdoo();
    await odoo.open();
  });

  it('notices so, too, of a series that has no page for its health', async () => {
    await odoo.close();
    const results = await examine(url, { series: '14.0' });
    odoo = new FakeOdoo();
    await odoo.open();

    expect(results.map(({ state }) => state)).toEqual(['fail', ...Array(11).fill('skipped')]);
  });

  it('goes on with the rest when only the health page is not what it should be', async () => {
    odoo.answers.set('/web/health', () => ({ status: 404 }));
    const failed = (await examine(url)).filter(({ state }) => state === 'fail');

    expect(failed.map(({ check }) => check)).toEqual(['health']);
  });

  it('stops when it is told to, in the middle of a request', async () => {
    const controller = new AbortController();
    odoo.answers.set('/web/login', () => {
      controller.abort(new Error('enough'));
      return { after: 5000 };
    });

    await expect(examine(url, { signal: controller.signal })).rejects.toThrow('enough');
  });

  it('is summed up in a report and in one line', () => {
    const result = {
      check: 'load',
      title: 'Latency',
      state: 'fail',
      measured: 'p95 900 ms',
      fix: 'More CPU',
      milliseconds: 1,
    } as const;
    const passed = { ...result, check: 'health', state: 'pass', fix: null } as const;

    expect(reportOf(url, [passed, result], '2026-11-21T00:00:00.000Z')).toMatchObject({
      ok: false,
      failed: ['load'],
      url: url.href,
    });
    expect(failedText([passed, result])).toBe('load (p95 900 ms)');
  });
});

describe('a request', () => {
  it('goes to the slot, in the name of the address that people use', async () => {
    const connect = { host: '127.0.0.1', port: Number(url.port), websocketPort: Number(url.port) };
    const http = smokeHttp({ url: new URL('https://erp.example.com/'), connect, now });

    expect(await http({ method: 'GET', path: '/web/health' }, never)).toMatchObject({ status: 200 });
    expect(await http({ method: 'GET', path: '/websocket', upgrade: true }, never)).toMatchObject({ status: 101 });
    for (const { headers } of odoo.seen)
      expect(headers).toMatchObject({
        host: 'erp.example.com',
        'x-forwarded-host': 'erp.example.com',
        'x-forwarded-proto': 'https',
      });
  });

  it('counts as unanswered after its limit', async () => {
    odoo.answers.set('/slow', () => ({ after: 5000 }));
    const answer = await smokeHttp({ url, now })({ method: 'GET', path: '/slow', limit: 50 }, never);

    expect(answer).toMatchObject({ error: 'no answer within 0.05 s' });
  });

  it('never throws for what the other side does', async () => {
    const server = createServer((socket) => socket.end('this is no HTTP\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const answer = await smokeHttp({ url: new URL(`http://127.0.0.1:${port}`), now })(
      { method: 'GET', path: '/' },
      never,
    );
    server.close();

    expect(answer).toMatchObject({ error: expect.stringContaining('Parse Error') });
  });

  it('keeps at most a megabyte of an answer, and counts all of it', async () => {
    odoo.answers.set('/big', () => ({ body: 'x'.repeat(3 * 1024 * 1024) }));
    const answer = await smokeHttp({ url, now })({ method: 'GET', path: '/big' }, never);

    expect('body' in answer && [answer.body.length, answer.bytes]).toEqual([1024 * 1024, 3 * 1024 * 1024]);
  });
});
