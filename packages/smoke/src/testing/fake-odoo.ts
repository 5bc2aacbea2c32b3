/** A server that answers like an Odoo that is well; each test makes one thing of it wrong. */
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Milliseconds until it comes. */
  readonly after?: number;
  /** The connection is closed instead. */
  readonly breaks?: boolean;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answerer = (seen: Seen) => FakeAnswer;

export const json = (value: unknown, status = 200): FakeAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
export const page = (body: string): FakeAnswer => ({
  headers: { 'content-type': 'text/html; charset=utf-8', 'set-cookie': 'session_id=anonymous; HttpOnly; Path=/' },
  body: `<!DOCTYPE html>\n<html><head><title>Odoo</title></head><body>${body}</body></html>`,
});
export const sends = (location: string, cookie = 'session_id=anonymous'): FakeAnswer => ({
  status: 303,
  // A website sets its language, too, and after the session.
  headers: { location, 'set-cookie': [`${cookie}; HttpOnly; Path=/`, 'frontend_lang=en_US; Path=/'] },
});
export const refusal = (name: string): FakeAnswer =>
  json({ error: { data: { name: `odoo.exceptions.${name}`, message: name } } });

/** As Odoo 19 writes it, shortened. */
export const FORM = `<link type="text/css" rel="stylesheet" href="/web/assets/1/web.assets_frontend.min.css"/>
<script type="text/javascript" defer="defer" src="/web/assets/1/minimal.min.js"></script>
<script type="text/javascript" data-src="/web/assets/1/lazy.min.js"></script>
<form class="oe_login_form"><input type="hidden" name="csrf_token" value="a&amp;b"/>
<input type="text" name="login" id="login"/><input type="password" name="password" id="password"/></form>`;

const script: FakeAnswer = { headers: { 'content-type': 'application/javascript; charset=utf-8' }, body: '1;' };

const login: Answerer = ({ method, body }) => {
  if (method === 'GET') return page(FORM);
  const form = new URLSearchParams(body);
  const right = form.get('password') === 'right' && form.get('csrf_token') === 'a&b';
  return right ? sends('/odoo', 'session_id=of-admin') : page(FORM);
};

const counts: Answerer = ({ headers, url, body }) => {
  if (!headers.cookie?.split('; ').includes('session_id=of-admin')) return refusal('SessionExpiredException');
  const isUnfinished = body.includes('to upgrade');
  return json({ result: url.includes('ir.model/') ? 223 : isUnfinished ? 0 : 27 });
};

const ANSWERS: Readonly<Record<string, Answerer>> = {
  '/web/health': () => json({ status: 'pass', db_server_status: true }),
  '/web/login': login,
  '/': () => sends('/odoo'),
  '/odoo': () => sends('/web/login?redirect=%2Fodoo%3F'),
  '/web/assets/1/web.assets_frontend.min.css': () => sends('/web/assets/2/web.assets_frontend.min.css'),
  '/web/assets/2/web.assets_frontend.min.css': () => ({ headers: { 'content-type': 'text/css' }, body: 'a{}' }),
  '/web/assets/1/minimal.min.js': () => script,
  '/web/assets/1/lazy.min.js': () => script,
  '/web/database/list': () => refusal('AccessDenied'),
  '/web/session/get_session_info': ({ headers }) =>
    headers.cookie?.includes('session_id=of-admin')
      ? json({ result: { uid: 2, db: 'shop' } })
      : refusal('SessionExpiredException'),
  '/web/dataset/call_kw/ir.module.module/search_count': counts,
  '/web/dataset/call_kw/ir.model/search_count': counts,
  '/json/2/res.users/context_get': ({ headers }) =>
    headers.authorization === 'bearer key'
      ? json({ lang: 'en_US', tz: false, uid: 6 })
      : json({ message: 'Invalid apikey' }, 401),
};

export class FakeOdoo {
  readonly seen: Seen[] = [];
  /** By path, without the query: what differs from an Odoo that is well. */
  readonly answers = new Map<string, Answerer>();
  /** What an upgrade is answered with; 101 is one. */
  upgrade = 101;
  readonly #server: Server;
  readonly #upgraded = new Set<Duplex>();

  constructor() {
    this.#server = createServer(async (request, response) => {
      const { status = 200, headers = {}, body = '', after, breaks } = this.#answer(await seenOf(request));
      if (after !== undefined) await new Promise((resolve) => setTimeout(resolve, after));
      if (breaks) request.socket.destroy();
      else response.writeHead(status, { ...headers } as OutgoingHttpHeaders).end(body);
    });
    this.#server.on('upgrade', (request, socket) => {
      // Nobody reads from it, so it would not see that the other side has gone.
      socket.on('error', () => undefined).resume();
      this.#upgraded.add(socket);
      this.seen.push({ method: 'UPGRADE', url: request.url ?? '', headers: request.headers, body: '' });
      const head =
        this.upgrade === 101
          ? '101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade'
          : `${this.upgrade} No\r\nContent-Length: 0\r\nConnection: close`;
      socket.write(`HTTP/1.1 ${head}\r\n\r\n`);
      if (this.upgrade !== 101) socket.end();
    });
  }

  #answer(seen: Seen): FakeAnswer {
    this.seen.push(seen);
    const path = seen.url.split('?')[0] ?? '';
    const answer = this.answers.get(path) ?? ANSWERS[path];
    return answer?.(seen) ?? { status: 404, headers: { 'content-type': 'text/html' }, body: 'Not Found' };
  }

  async open(): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
  }

  async close(): Promise<void> {
    for (const socket of this.#upgraded) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const seenOf = async (request: IncomingMessage): Promise<Seen> => {
  let body = '';
  for await (const piece of request) body += String(piece);
  return { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
};
