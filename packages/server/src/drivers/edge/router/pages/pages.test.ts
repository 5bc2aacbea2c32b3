import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import type { Route } from '../../../../domain/environment.ts';
import { ask, HOST, openEdge, type TestEdge } from '../testing/edge-kit.ts';
import { wantsHtml } from './send-page.ts';

let edge: TestEdge | null = null;
afterEach(async () => {
  await edge?.close();
  edge = null;
});

type Page = Extract<Route, { kind: 'page' }>;
const show = async (page: Page['page'], facts: Page['facts'], accept = 'text/html') => {
  edge = await openEdge();
  edge.route(HOST, { kind: 'page', page, facts });
  return ask(edge.port, { headers: { accept } });
};

describe('each page has its status, its words and its hint when to come back', () => {
  it.each([
    [
      'queued',
      { position: 3, of: 4, message: '5 previews are live' },
      503,
      '5',
      ['Queued (position 3 of 4)', 'It is number 3 of 4 in the queue, because 5 previews are live.'],
    ],
    [
      'building',
      { step: 'build-image', number: 12, title: 'Fix the invoice' },
      503,
      '5',
      ['Building', 'Pull request 12 · Fix the invoice', 'Step: build-image.'],
    ],
    ['testing', {}, 503, '5', ['Testing']],
    [
      'failed',
      { step: 'update-modules', message: 'ParseError', lines: 'one\ntwo', run: 'run_01' },
      503,
      undefined,
      ['Failed at step update-modules', 'ParseError.', 'one\ntwo', '<code>run_01</code>'],
    ],
    ['blocked', { reason: 'fork by a stranger' }, 503, '60', ['Blocked: waits for a maintainer&#39;s approval']],
    ['closed', {}, 410, undefined, ['Closed']],
  ] as const)('%s', async (page, facts, status, retryAfter, words) => {
    const answer = await show(page, facts);

    expect(answer.status).toBe(status);
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(answer.headers['cache-control']).toBe('no-store');
    for (const text of words) expect(answer.body).toContain(text);
  });
});

describe('the page of a production that is being updated', () => {
  const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

  it('says at about what time it will be back, and programs are told when to ask again', async () => {
    const answer = await show('maintenance', { since: at(0), until: at(240) });

    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(230);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(240);
    expect(answer.body).toMatch(/It will be back (on \d+ \w+ )?at about \d\d:\d\d/);
    expect(answer.body).toContain('Everything that was saved before is kept.');
  });

  it('promises no time any more once the forecast has passed', async () => {
    const answer = await show('maintenance', { since: at(-300), until: at(-60) }, 'application/json');

    expect(answer.headers['retry-after']).toBe('5');
    expect(JSON.parse(answer.body)).toMatchObject({
      page: 'maintenance',
      detail: expect.stringContaining('It takes longer than forecast'),
    });
  });

  it('leaves the edge itself well', async () => {
    await show('maintenance', { since: at(0), until: at(60) });

    expect((await ask(edge?.port ?? 0, { path: '/_slipway/health' })).status).toBe(200);
  });
});

describe('hostile values', () => {
  const evil = `</pre><script>alert(1)</script><img src=x onerror="alert('1')">&\u001b[31m\u0000`;

  it('are text and nothing else, in every fact of every page', async () => {
    for (const page of ['queued', 'building', 'testing', 'failed', 'blocked', 'closed'] as const) {
      const facts = {
        title: evil,
        number: evil,
        position: evil,
        of: evil,
        step: evil,
        message: evil,
        lines: evil,
        run: evil,
        since: evil,
      };
      const { body } = await show(page, facts);

      expect(body.match(/<script/g)).toHaveLength(1);
      expect(body).not.toMatch(/<img|onerror="/);
      expect([...body].filter((sign) => sign < ' ' && sign !== '\n')).toEqual([]);
      await edge?.close();
    }
  });

  it('could not run anyway: the policy knows the one script and the one style by their hashes', async () => {
    const { body, headers } = await show('building', {});

    const hash = (tag: string): string =>
      createHash('sha256')
        .update(new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(body)?.[1] ?? '')
        .digest('base64');
    expect(headers['content-security-policy']).toContain(`script-src 'sha256-${hash('script')}'`);
    expect(headers['content-security-policy']).toContain(`style-src 'sha256-${hash('style')}'`);
    expect(body).not.toMatch(/https?:\/\//);
  });
});

it('reaches a client that is still uploading, and the connection serves its next request', async () => {
  edge = await openEdge();
  edge.route(HOST, { kind: 'page', page: 'building', facts: {} });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const upload = async (): Promise<unknown> => {
    const headers = { host: HOST, 'content-length': 20_000_000 };
    const req = request({ host: '127.0.0.1', port: edge?.port, method: 'POST', headers, agent }).end(
      Buffer.alloc(20_000_000),
    );
    const closed = once(req, 'close');
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    await res.toArray();
    await closed;
    return [res.statusCode, req.reusedSocket];
  };

  expect(await upload()).toEqual([503, false]);
  expect(await upload()).toEqual([503, true]);
  agent.destroy();
});

describe('who gets what', () => {
  it('gives programs a problem document', async () => {
    const answer = await show('failed', { step: 'boot', lines: 'x' }, 'application/json');

    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 503,
      title: 'Failed at step boot',
      page: 'failed',
      facts: { lines: 'x' },
    });
  });

  it.each([
    ['text/html', true],
    ['application/xml;q=0.9,text/html ;q=0.8', true],
    ['text/html;q=0', false],
    ['*/*', false],
    ['', false],
  ])('reads Accept: %s', (accept, expected) => {
    expect(wantsHtml(accept)).toBe(expected);
  });

  it('lets the page see its state change, and find out that Odoo serves', async () => {
    const before = await show('queued', { position: 2 });
    const shown = /data-fingerprint="([^"]+)"/.exec(before.body)?.[1];
    const state = async () => JSON.parse((await ask(edge?.port ?? 0, { path: '/_slipway/state' })).body);
    expect(await state()).toMatchObject({ kind: 'page', page: 'queued', facts: { position: 2 }, fingerprint: shown });

    edge?.route(HOST, { kind: 'page', page: 'queued', facts: { position: 1 } });
    expect((await state()).fingerprint).not.toBe(shown);
    edge?.route(HOST, { kind: 'serve', upstream: { host: '10.9.8.7', port: 8069, websocketPort: 8072 } });
    expect(await state()).toMatchObject({ kind: 'serve' });
    expect(JSON.stringify(await state())).not.toContain('10.9.8.7');
  });
});

describe('the script of a page', () => {
  const run = async (body: string, states: readonly object[]) => {
    const data = Object.fromEntries(
      [...body.matchAll(/data-(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    const left = [...states];
    const done: string[] = [];
    const timers: (() => Promise<void>)[] = [];
    runInNewContext(/<script>([\s\S]*?)<\/script>/.exec(body)?.[1] ?? '', {
      document: {
        ...{ documentElement: { dataset: data }, hidden: false, querySelectorAll: () => [] },
        querySelector: () => ({
          set textContent(text: string) {
            done.push(text);
          },
        }),
      },
      location: { href: 'http://x/web#a', reload: () => done.push('reload'), replace: (to: string) => done.push(to) },
      fetch: async (path: string) => {
        if (path !== '/_slipway/state' || left.length === 0) throw new Error('away');
        return { json: async () => left.shift() };
      },
      setTimeout: (call: () => Promise<void>) => timers.push(call),
    });
    for (let i = 0; i < 5; i += 1) await timers.shift()?.();
    return done;
  };
  const shown = (body: string): string => /data-fingerprint="([^"]+)"/.exec(body)?.[1] ?? '';

  it('asks again while nothing changed or nobody answers, and loads anew once when something did', async () => {
    const { body } = await show('queued', { position: 2 });
    const same = { kind: 'page', fingerprint: shown(body) };

    expect(await run(body, [same, same])).toEqual([]);
    expect(await run(body, [same, { kind: 'page', fingerprint: 'other' }])).toEqual(['reload']);
    expect(await run(body, [same, { kind: 'serve', fingerprint: 'any' }])).toEqual(['reload']);
  });

  it('does not send a form again', async () => {
    edge = await openEdge();
    edge.route(HOST, { kind: 'page', page: 'building', facts: {} });
    const { body } = await ask(edge.port, { method: 'POST', body: 'pay=1', headers: { accept: 'text/html' } });

    expect(await run(body, [{ kind: 'serve' }])).toEqual(['http://x/web']);
  });

  it('stays on a form that was refused for being a write, and says when it can be sent again', async () => {
    edge = await openEdge();
    const upstream = { host: '127.0.0.1', port: 9, websocketPort: 9 };
    const times = { since: new Date().toISOString(), until: new Date(Date.now() + 60_000).toISOString() };
    edge.route(HOST, { kind: 'read-only', upstream, ...times });
    const { body } = await ask(edge.port, {
      method: 'POST',
      path: '/x',
      body: 'a=1',
      headers: { accept: 'text/html' },
    });
    const state = JSON.parse((await ask(edge.port, { path: '/_slipway/state' })).body);

    expect(await run(body, [state, state])).toEqual([]);
    expect(await run(body, [state, { kind: 'serve' }])).toEqual([
      'Saving is possible again: go back, and send it once more',
    ]);
  });
});
