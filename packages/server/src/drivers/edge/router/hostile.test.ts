import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, askRaw, HOST, openEdge, startUpstream, type TestEdge, type TestUpstream } from './testing/edge-kit.ts';

let upstream: TestUpstream;
let edge: TestEdge;
const seen: string[] = [];
beforeAll(async () => {
  upstream = await startUpstream((req, res) => {
    seen.push(`${req.method} ${req.url}`);
    res.end('odoo');
  });
  edge = await openEdge({ limits: { headersMs: 500, requestHeaderBytes: 8_192 } });
  edge.route(HOST, upstream.route);
});
afterAll(async () => {
  await edge.close();
  await upstream.close();
});

const line = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n`;
const post = `POST / HTTP/1.1\r\nHost: ${HOST}\r\n`;
const close = 'Connection: close\r\n';

describe('requests that two servers could read differently', () => {
  it.each([
    ['Content-Length and Transfer-Encoding', `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['Transfer-Encoding and Content-Length', `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${post}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
    ['two equal lengths', `${post}Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd`],
    ['a signed length', `${post}Content-Length: +4\r\n\r\nabcd`],
    ['an unknown encoding', `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['encoding not last', `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['chunked twice', `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a space before the colon', `${line}Content-Length : 4\r\n\r\nabcd`],
    ['a folded header', `${line}X-A: 1\r\n  folded\r\n\r\n`],
    ['a bare line feed', `GET / HTTP/1.1\nHost: ${HOST}\n\n`],
    ['a bad chunk size', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
    ['two hosts', `${line}Host: other.localhost\r\n\r\n`],
    ['no host', 'GET / HTTP/1.1\r\nX-A: 1\r\n\r\n'],
    ['an absolute target', `GET http://other.localhost/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n'],
    ['a null byte in a header', `${line}X-A: a\0b\r\n\r\n`],
    ['a proxy request', `CONNECT ${HOST}:80 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`],
  ])('are refused: %s', async (_name, bytes) => {
    const before = seen.length;

    const answer = await askRaw(edge.port, bytes);

    expect(answer).toMatch(/^(HTTP\/1\.1 400 |$)/);
    expect(answer).not.toContain('odoo');
    expect(seen.length).toBe(before);
  });

  it('does not take a second request that hides in the body of a page answer', async () => {
    const before = seen.length;

    const hidden = `GET /hidden HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
    const answer = await askRaw(
      edge.port,
      `POST / HTTP/1.1\r\nHost: nobody.localhost\r\nContent-Length: ${hidden.length + 5}\r\n\r\n${hidden}`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(seen.length).toBe(before);
  });
});

describe('clients that want too much', () => {
  it('get 431 for headers beyond the limit', async () => {
    expect(await askRaw(edge.port, `${line}X-A: ${'a'.repeat(10_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('get 408 when they send their headers drop by drop', async () => {
    const socket = connect({ host: '127.0.0.1', port: edge.port });
    const drip = setInterval(() => socket.write('X-A: 1\r\n'), 100);
    socket.on('error', () => {});
    socket.write(line);

    const [answer] = (await once(socket, 'data')) as [Buffer];
    clearInterval(drip);
    socket.destroy();

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('may send hundreds of headers, none of which is lost without a word', async () => {
    const many = Array.from({ length: 1_500 }, (_, i) => `a${i}: \r\n`)
      .join('')
      .slice(0, 7_000);
    const whole = many.slice(0, many.lastIndexOf('\r\n') + 2);

    expect(await askRaw(edge.port, `${line}${whole}${close}\r\n`)).toContain('odoo');
  });
});

describe('hosts', () => {
  it('that are unknown get a 404 that names no others', async () => {
    const page = await ask(edge.port, { host: 'nobody.localhost', headers: { accept: 'text/html' } });
    const state = await ask(edge.port, { host: 'nobody.localhost', path: '/_slipway/state' });

    expect(page).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } });
    expect(page.body).not.toContain('pr-12');
    expect(state).toMatchObject({ status: 404 });
    expect(JSON.parse(state.body)).toMatchObject({ kind: 'unknown' });
  });

  it('are found in any letter case, with a port and with a final dot', async () => {
    expect((await ask(edge.port, { host: `${HOST.toUpperCase()}:8080` })).status).toBe(200);
    expect((await ask(edge.port, { host: `${HOST}.` })).status).toBe(200);
  });

  it('that were removed are gone at once', async () => {
    edge.route('gone.localhost', upstream.route);
    expect((await ask(edge.port, { host: 'gone.localhost' })).status).toBe(200);
    edge.route('gone.localhost', null);
    expect((await ask(edge.port, { host: 'gone.localhost' })).status).toBe(404);
  });
});

describe("the edge's own answers", () => {
  it('are given on any host and never come from an Odoo', async () => {
    const before = seen.length;

    expect(await ask(edge.port, { host: '[::1]:8080', path: '/_slipway/health' })).toMatchObject({ status: 200 });
    expect(await ask(edge.port, { host: 'any.example', path: '/_slipway/health' })).toMatchObject({ status: 200 });
    expect(await ask(edge.port, { path: '/_slipway/other' })).toMatchObject({ status: 404 });
    expect(await ask(edge.port, { path: '/_slipway/state', method: 'POST' })).toMatchObject({ status: 405 });
    expect((await ask(edge.port, { path: '/_slipway/state' })).body).not.toContain(String(upstream.port));

    expect(seen.length).toBe(before);
  });

  it('allow a certificate for known hosts only', async () => {
    const status = async (domain: string): Promise<number> =>
      (await ask(edge.port, { host: '127.0.0.1', path: `/_slipway/ask?domain=${encodeURIComponent(domain)}` })).status;

    expect([await status(HOST), await status('nobody.localhost'), await status("'\r\n"), await status('')]).toEqual([
      200, 404, 404, 404,
    ]);
  });
});
