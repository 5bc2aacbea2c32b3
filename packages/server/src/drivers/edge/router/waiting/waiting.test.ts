import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { WakeAnswer } from '../client.ts';
import {
  ask,
  HOST,
  OTHER_HOST,
  openEdge,
  pause,
  startUpstream,
  type TestEdgeOptions,
  until,
} from '../testing/edge-kit.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const asleep = async (options: TestEdgeOptions & { readonly answers?: WakeAnswer[] } = {}) => {
  const calls: string[] = [];
  const upstream = await startUpstream(async (req, res) => {
    res.end(`awake ${req.method} ${(await req.toArray()).join('')}`);
  });
  const wake = async (host: string, environment: string): Promise<WakeAnswer> => {
    calls.push(`${host} ${environment}`);
    return options.answers?.shift() ?? { kind: 'asked' };
  };
  const edge = await openEdge({ wake, ...options });
  open.push(upstream, edge);
  edge.route(HOST, { kind: 'wake' });
  return { edge, upstream, calls };
};

describe('a sleeping preview', () => {
  it('is woken by one call for many requests, which are held and then all answered by Odoo', async () => {
    const { edge, upstream, calls } = await asleep();

    const asked = Promise.all([
      ...Array.from({ length: 50 }, () => ask(edge.port)),
      ask(edge.port, { method: 'POST', body: 'name=kept'.repeat(20_000) }),
    ]);
    await pause(300);
    expect(calls).toEqual([`${HOST} shop/pr-12-fix`]);
    edge.route(HOST, upstream.route);

    const answers = await asked;
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers.at(-1)?.body).toBe(`awake POST ${'name=kept'.repeat(20_000)}`);
    expect(calls).toHaveLength(1);
  });

  it('is asked for again in its next sleep', async () => {
    const { edge, upstream, calls } = await asleep();
    const first = ask(edge.port);
    await until(() => calls.length === 1);
    edge.route(HOST, upstream.route);
    expect((await first).status).toBe(200);

    edge.route(HOST, { kind: 'wake' });
    const second = ask(edge.port);
    await until(() => calls.length === 2);
    edge.route(HOST, upstream.route);

    expect((await second).status).toBe(200);
  });

  it('is asked for again while the control plane is away, but not after a plain no', async () => {
    const { edge, calls } = await asleep({
      answers: [
        { kind: 'unreachable', reason: 'away' },
        { kind: 'refused', status: 404 },
      ],
      holdSeconds: 3,
    });

    expect((await ask(edge.port)).status).toBe(503);

    expect(calls).toHaveLength(2);
  });

  it('shows the waking page when it takes longer than the hold limit', async () => {
    const { edge } = await asleep({ holdSeconds: 0.2 });

    const page = await ask(edge.port, { headers: { accept: 'text/html,*/*;q=0.8' } });

    expect(page).toMatchObject({ status: 503, headers: { 'retry-after': '5', 'x-slipway-page': 'waking' } });
    expect(page.body).toContain('Waking up');
  });

  it('is not woken by what a forgotten tab asks for by itself, nor by the state that a page polls', async () => {
    const { edge, calls } = await asleep();

    for (const path of ['/websocket/peek_notifications', '/longpolling/poll', '/web/webclient/version_info']) {
      expect(await ask(edge.port, { path, method: 'POST' })).toMatchObject({ status: 503 });
    }
    expect((await ask(edge.port, { path: '/_slipway/state' })).body).toContain('"kind":"wake"');

    expect(calls).toEqual([]);
  });

  it('shows at once what went wrong when waking fails', async () => {
    const { edge } = await asleep();
    const asked = ask(edge.port, { headers: { accept: 'text/html' } });
    await pause(100);

    edge.route(HOST, { kind: 'page', page: 'failed', facts: { step: 'start-slot', lines: 'no memory' } });

    expect(await asked).toMatchObject({ status: 503, headers: { 'x-slipway-page': 'failed' } });
    expect((await asked).body).toContain('no memory');
  });
});

it('holds for the whole wake limit also when waking goes on as a swap', async () => {
  const { edge, upstream } = await asleep({ limits: { holdMs: 100 } });
  const asked = ask(edge.port);
  await pause(200);
  edge.route(HOST, { kind: 'hold' });
  await pause(200);
  edge.route(HOST, upstream.route);

  expect((await asked).status).toBe(200);
});

describe('a swap', () => {
  it('holds requests without calling anybody and lets them through afterwards', async () => {
    const { edge, upstream, calls } = await asleep();
    edge.route(HOST, { kind: 'hold' });

    const asked = ask(edge.port, { method: 'POST', body: 'x' });
    await pause(200);
    edge.route(HOST, upstream.route);

    expect(await asked).toMatchObject({ status: 200, body: 'awake POST x' });
    expect(calls).toEqual([]);
  });

  it('that takes too long ends in a 503', async () => {
    const { edge } = await asleep({ limits: { holdMs: 100 } });
    edge.route(HOST, { kind: 'hold' });

    expect(await ask(edge.port)).toMatchObject({ status: 503, headers: { 'x-slipway-page': 'restarting' } });
  });
});

describe('the waiting room', () => {
  it('is bounded per host and in total', async () => {
    const { edge, upstream } = await asleep({ limits: { heldPerHost: 3, heldInTotal: 4 } });
    edge.route(OTHER_HOST, { kind: 'hold' });
    const waiting = Array.from({ length: 3 }, () => ask(edge.port));
    await pause(100);

    expect(await ask(edge.port)).toMatchObject({
      status: 503,
      headers: { 'x-slipway-page': 'busy', 'retry-after': '10' },
    });
    const other = ask(edge.port, { host: OTHER_HOST });
    await pause(100);
    expect((await ask(edge.port, { host: OTHER_HOST })).headers['x-slipway-page']).toBe('busy');

    edge.route(HOST, upstream.route);
    edge.route(OTHER_HOST, upstream.route);
    expect((await Promise.all([...waiting, other])).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('gives the place of a client who left to the next', async () => {
    const { edge, upstream } = await asleep({ limits: { heldPerHost: 1 } });
    const leaver = request({ host: '127.0.0.1', port: edge.port, headers: { host: HOST }, agent: false }).end();
    leaver.on('error', () => {});
    await once(leaver, 'finish');
    await pause(100);
    leaver.destroy();
    await pause(100);

    const asked = ask(edge.port);
    await pause(100);
    edge.route(HOST, upstream.route);

    expect((await asked).status).toBe(200);
  });

  it('still answers who is held when the edge stops and the route changes in time', async () => {
    const { edge, upstream } = await asleep();
    const asked = ask(edge.port);
    await pause(100);
    const closed = edge.close();
    await pause(100);

    edge.route(HOST, upstream.route);

    expect((await asked).status).toBe(200);
    await closed;
    open.pop();
  });

  it('lets everybody go when the edge stops', async () => {
    const { edge } = await asleep();
    const asked = ask(edge.port);
    await pause(100);

    await edge.close();

    expect((await asked).status).toBe(503);
    open.pop();
  });
});

describe('last use', () => {
  it('counts what people ask for, not what tabs and pages ask for by themselves', async () => {
    const { edge, upstream } = await asleep();
    edge.route(HOST, upstream.route);

    for (const path of [
      '/web',
      '/odoo/sales',
      '/websocket/health',
      '/bus/x',
      '/_slipway/health',
      '/longpolling/poll',
    ]) {
      await ask(edge.port, { path });
    }
    await edge.close();
    open.pop();

    const [[environments, , counts] = []] = edge.told;
    expect([environments, counts]).toEqual([['shop/pr-12-fix'], [2]]);
  });
});
