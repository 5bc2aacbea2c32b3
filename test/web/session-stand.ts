/**
 * The control plane's own server as it is started, with real accounts and sessions, behind the real intake thread and an edge; on the
 * machine in memory. Its dashboard is at ORIGIN; PREVIEW is a page of a stranger's preview, below the same domain.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicUrl, readSettings, type Settings } from '../../packages/server/src/config.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openEdge, startUpstream } from '../../packages/server/src/drivers/edge/router/testing/edge-kit.ts';
import { makeSetupLink } from '../../packages/server/src/flows/people.ts';
import type { Slipway } from '../../packages/server/src/flows/slipway.ts';
import { startIntake } from '../../packages/server/src/start/intake-thread.ts';
import { openLive } from '../../packages/server/src/start/live.ts';
import { openPeople } from '../../packages/server/src/start/sign-in.ts';
import { startHttp } from '../../packages/server/src/start/start-slipway.ts';
import { listen } from '../../packages/server/src/store/listen.ts';
import { type ControlPlane, makeShop, makeSite } from '../flows/make-slipway.ts';

export const DOMAIN = 'slipway.localhost';
export const STRANGE_HOST = `pr-666.shop.${DOMAIN}`;
export const PASSWORD = 'glass onion 42';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer over the wire, looked at by tests
  readonly body: any;
}

export interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Through the edge, by the name of the dashboard. */
const askAt =
  (port: number) =>
  async (method: string, path: string, { body, headers = {} }: Asked = {}): Promise<Answer> => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const type = {
      ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}),
      ...(text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }),
    };
    const asked = request({
      ...{ host: '127.0.0.1', port, method, path, agent: false },
      headers: { host: `${DOMAIN}:${port}`, ...type, ...headers },
    });
    asked.end(text);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    let got = '';
    for await (const piece of answer.setEncoding('utf8')) got += piece;
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: got, body: parsed(got) };
  };

const keep = (jar: Map<string, string>, cookies: readonly string[]): void => {
  for (const set of cookies) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (value === '' || /max-age=0\b/i.test(set)) jar.delete(name);
    else jar.set(name, value);
  }
};

/** What stands in front of the database for as long as one control plane lives. */
const startPlane = async (
  { slipway, drivers, secrets }: Pick<ControlPlane, 'drivers' | 'secrets'> & { readonly slipway: Slipway },
  settings: Settings,
  databaseUrl: string,
) => {
  const live = openLive(slipway, settings);
  const people = openPeople(slipway, settings);
  const tools = { terminals: drivers.terminals, readers: drivers.readers, folder: `${settings.data}/shells` };
  const git = { wake: () => undefined, stop: async () => undefined, look: () => undefined };
  const app = await startHttp(
    slipway,
    settings,
    { loops: { git }, people, live },
    {
      ...{ settings, secrets, managed: false, startedAt: new Date() },
      ...{ tools: { ...tools, watchMilliseconds: 30 }, usage: drivers.usage },
    },
  );
  const intake = await startIntake({
    address: settings.api,
    forwardPort: (app.server.address() as AddressInfo).port,
    databaseUrl: new Secret(databaseUrl),
    webhookSecrets: [],
    logger: slipway.logger,
    wake: () => undefined,
  });
  const wake = (): void => live.changed();
  const listener = await listen(databaseUrl, ['slipway_changes'], { notify: wake, connect: wake });
  const stop = async (): Promise<void> => {
    await intake.stop();
    await app.close();
    await listener.close();
    await live.loop.stop();
  };
  return { app, people, stop };
};

export type SessionStand = Awaited<ReturnType<typeof openSessionStand>>;

export const openSessionStand = async (
  serverUrl: string,
  { scheme = 'http' }: { readonly scheme?: 'http' | 'https' } = {},
) => {
  const shop = await makeShop();
  const site = await makeSite(serverUrl, shop);
  const plane = await site.start();
  const api = await freePort();
  const upstream = { host: '127.0.0.1', port: api, websocketPort: api };
  // As Caddy on this machine is told of to the edge.
  const edge = await openEdge({ dashboard: { host: DOMAIN, upstream }, trustedProxies: ['127.0.0.1/32'] });
  const strange = await startUpstream((_, res) => res.setHeader('content-type', 'text/html').end('<h1>Strange</h1>'));
  edge.route(STRANGE_HOST, strange.route);
  const settings = readSettings({
    ...{ SLIPWAY_DATA: site.data, SLIPWAY_DOMAIN: DOMAIN, SLIPWAY_PUBLIC_SCHEME: scheme, DOCKER_HOST: '' },
    ...{ SLIPWAY_API_LISTEN: `127.0.0.1:${api}`, SLIPWAY_EDGE_LISTEN: `127.0.0.1:${edge.port}` },
  });
  const slipway: Slipway = { ...plane.slipway, domain: DOMAIN, url: (name) => publicUrl(settings, name) };
  let running = await startPlane({ ...plane, slipway }, settings, site.url);
  const ask = askAt(edge.port);
  const origin = publicUrl(settings, DOMAIN);
  /** A browser's jar of cookies, without the browser. */
  const visitor = (jar = new Map<string, string>()) => ({
    jar,
    cookie: () => [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
    async ask(method: string, path: string, asked: Asked = {}): Promise<Answer> {
      const cookie = jar.size === 0 ? {} : { cookie: this.cookie() };
      const answer = await ask(method, path, { ...asked, headers: { origin, ...cookie, ...asked.headers } });
      keep(jar, answer.headers['set-cookie'] ?? []);
      return answer;
    },
    signIn(email: string, password = PASSWORD): Promise<Answer> {
      return this.ask('POST', '/api/v1/auth/sign-in/email', { body: { email, password } });
    },
  });
  const owner = visitor();
  const setup = await makeSetupLink(slipway);
  const first = { token: setup?.token, name: 'Ada Lovelace', email: 'ada@example.org', password: PASSWORD };
  const made = await owner.ask('POST', '/api/v1/setup', { body: first });
  if (made.status !== 200) throw new Error(made.text);
  return {
    ...{ site, slipway, db: slipway.db, origin, port: edge.port, api, owner, visitor, ask, settings },
    /** What the edge sent on, and with what status it was answered. */
    answered: (path: string): unknown[] =>
      edge.logs.filter((line) => String(line['path']).startsWith(path)).map((line) => line['status']),
    strange: `${scheme}://${STRANGE_HOST}:${edge.port}`,
    /** Away, until `back` is called. */
    stop: () => running.stop(),
    back: async (): Promise<void> => {
      running = await startPlane({ ...plane, slipway }, settings, site.url);
    },
    close: async () => {
      await running.stop();
      await edge.close();
      await strange.close();
      await site.remove();
      await shop.remove();
    },
  };
};

/** The cookies of a jar as Chromium takes them. */
export const cookiesOf = ({ jar }: { readonly jar: ReadonlyMap<string, string> }) =>
  [...jar].map(([name, value]) => ({
    name,
    value,
    domain: DOMAIN,
    path: '/',
    httpOnly: true,
    sameSite: 'Lax' as const,
  }));
