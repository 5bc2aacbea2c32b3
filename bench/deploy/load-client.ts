import { Pool } from 'undici';

export type Kind = 'page' | 'read-rpc' | 'read-json2' | 'create' | 'login';

/** `refused`: a clear no for the time of a deployment, as the edge says it. */
export interface Answered {
  readonly outcome: 'ok' | 'refused' | 'failed';
  readonly why?: string;
  /** A record whose creation was acknowledged. */
  readonly stored?: { readonly id: number; readonly name: string; readonly at: string };
}

export interface Target {
  readonly url: string;
  readonly key: string;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

interface Sending {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Hosts below .localhost are this machine, also where no resolver says so. */
export const addressOf = (url: URL): string => {
  const host = url.hostname.endsWith('.localhost') ? '127.0.0.1' : url.hostname;
  return `${url.protocol}//${host}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
};

/** One target, asked as browsers and programs ask: each request ends in one of three outcomes, and never throws. */
export class LoadClient {
  readonly url: URL;
  readonly #key: string;
  readonly #login: string;
  readonly #password: string;
  readonly #pool: Pool;
  #cookie = '';
  #page = '';

  constructor(target: Target & { readonly login: string; readonly password: string }) {
    this.url = new URL(target.url);
    this.#key = target.key;
    this.#login = target.login;
    this.#password = target.password;
    this.#pool = new Pool(addressOf(this.url), {
      connections: 128,
      pipelining: 1,
      headersTimeout: 60_000,
      bodyTimeout: 60_000,
    });
  }

  /** Signs in for the reads; throws when that does not work, since nothing after it would. */
  async open(): Promise<void> {
    const signedIn = await this.#signIn();
    if (signedIn.cookie === '') throw new Error(`cannot sign in: ${signedIn.answer.why ?? signedIn.answer.outcome}`);
    this.#cookie = signedIn.cookie;
    this.#page = (await this.send({ path: '/odoo', headers: { cookie: this.#cookie } })).text;
  }

  get cookie(): string {
    return this.#cookie;
  }

  /** As the web client sends it along with its websocket. */
  get websocketVersion(): string {
    return /"websocket_worker_version": "([^"]+)"/.exec(this.#page)?.[1] ?? '';
  }

  async ask(kind: Kind, name: string): Promise<Answered> {
    try {
      return await this.#ask(kind, name);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      return { outcome: 'failed', why: `${code ?? 'error'}: ${message}` };
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #ask(kind: Kind, name: string): Promise<Answered> {
    if (kind === 'login') return (await this.#signIn()).answer;
    if (kind === 'page') return judge(await this.send({ path: '/odoo', headers: { cookie: this.#cookie } }), /odoo/);
    if (kind === 'read-rpc') return judge(await this.#rpc(), /"result":/);
    if (kind === 'read-json2')
      return judge(await this.json2('search_read', { domain: [], fields: ['name'], limit: 5 }), /^\[/);
    const reply = await this.json2('create', { vals_list: [{ name }] });
    const answer = judge(reply, /^\[\d+\]$/);
    const id = (JSON.parse(answer.outcome === 'ok' ? reply.text : '[]') as number[])[0];
    return id === undefined ? answer : { ...answer, stored: { id, name, at: new Date().toISOString() } };
  }

  json2(method: string, parameters: object): Promise<Reply> {
    return this.send({
      path: `/json/2/res.partner/${method}`,
      method: 'POST',
      headers: { authorization: `bearer ${this.#key}`, 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    });
  }

  #rpc(): Promise<Reply> {
    const call = { model: 'res.partner', method: 'web_search_read', args: [] };
    const kwargs = { domain: [], specification: { name: {} }, limit: 20 };
    return this.send({
      path: '/web/dataset/call_kw/res.partner/web_search_read',
      method: 'POST',
      headers: { cookie: this.#cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'call', params: { ...call, kwargs } }),
    });
  }

  async #signIn(): Promise<{ readonly answer: Answered; readonly cookie: string }> {
    const page = await this.send({ path: '/web/login' });
    const token = /name="csrf_token" value="([^"]+)"/.exec(page.text)?.[1];
    if (token === undefined) return { answer: judge(page, /csrf_token/), cookie: '' };
    const form = { login: this.#login, password: this.#password, csrf_token: token, redirect: '' };
    const reply = await this.send({
      path: '/web/login',
      method: 'POST',
      headers: { cookie: cookieOf(page), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
    const answer = judge(reply, /^/, 303);
    return { answer, cookie: answer.outcome === 'ok' ? cookieOf(reply) : '' };
  }

  async send({ path, method = 'GET', headers = {}, body }: Sending): Promise<Reply> {
    const reply = await this.#pool.request({
      path,
      method,
      headers: { host: this.url.host, ...headers },
      body: body ?? null,
    });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  }
}

const cookieOf = ({ headers }: Reply): string =>
  /session_id=[^;]+/.exec([headers['set-cookie'] ?? []].flat().join('; '))?.[0] ?? '';

/** Anything but the expected answer, or the edge's clear no, is a failure. */
function judge({ status, headers, text }: Reply, expected: RegExp, wanted = 200): Answered {
  if (status === 503 && headers['x-slipway-page'] === 'read-only') return { outcome: 'refused' };
  if (status === wanted && expected.test(text)) return { outcome: 'ok' };
  const shown = typeof headers['x-slipway-page'] === 'string' ? ` (${headers['x-slipway-page']})` : '';
  return { outcome: 'failed', why: `status ${status}${shown}: ${text.slice(0, 120)}` };
}
