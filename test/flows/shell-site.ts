/** A production and a preview with their shells, spoken to over HTTP and websockets as the API's own port passes them on. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Role } from '@slipway/contracts/permissions';
import { WebSocket } from 'ws';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import type { ShellTools } from '../../packages/server/src/flows/shell-tools.ts';
import { tendShells } from '../../packages/server/src/flows/tend-shells.ts';
import { glassRoutes } from '../../packages/server/src/http/break-glass.ts';
import { connectRoutes } from '../../packages/server/src/http/connect.ts';
import { forwardTo } from '../../packages/server/src/http/forward.ts';
import { forwardUpgradeTo } from '../../packages/server/src/http/forward-upgrade.ts';
import { previewRoutes } from '../../packages/server/src/http/previews.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { acceptUpgrades } from '../../packages/server/src/http/shell-socket.ts';
import { shellRoutes } from '../../packages/server/src/http/shells.ts';
import { tokenRoutes } from '../../packages/server/src/http/tokens.ts';
import { tokenOwner } from '../../packages/server/src/store/tokens.ts';
import { configureProduction, open } from '../chaos/production-scenarios.ts';
import { type ControlPlane, makeSite, type Shop } from './make-slipway.ts';

/** Somebody by cookie, as the browser's session is: `ada=developer`. */
const PERSON = /(?:^|; )person=(\w+)\/(\w+)/;

export type ShellSite = Awaited<ReturnType<typeof openShellSite>>;

export const openShellSite = async (serverUrl: string, shop: Shop) => {
  const site = await makeSite(serverUrl, shop);
  const plane = await site.start();
  await configureProduction(plane);
  await open(plane);
  await plane.drain();
  await requestPreviewOf(plane);
  await plane.drain();
  const api = await serve(plane, `${site.data}/shells`);
  return { site, plane, ...api, close: () => api.stop().then(() => site.remove()) };
};

const requestPreviewOf = async (plane: ControlPlane): Promise<void> => {
  const app = makeServer({ token: new Secret('token'), tokenFile: '/token', logger: plane.slipway.logger, newId });
  previewRoutes(app, plane.slipway);
  const headers = { authorization: 'Bearer token' };
  const payload = { number: 7, ref: 'main' };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/projects/shop/previews', headers, payload });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  await app.close();
};

export const serve = async (plane: ControlPlane, folder: string) => {
  const { slipway, drivers } = plane;
  const tools: ShellTools = { terminals: drivers.terminals, readers: drivers.readers, folder, watchMilliseconds: 30 };
  const app = makeServer({
    ...{ token: new Secret('token'), tokenFile: '/token', logger: slipway.logger, newId },
    findToken: (sha256) => tokenOwner(slipway.db, sha256, slipway.clock.now().toISOString()),
  });
  app.addHook('onRequest', async (request) => {
    const [, name, role] = PERSON.exec(request.headers.cookie ?? '') ?? [];
    if (name === undefined || request.caller === null) return;
    const roles: Record<string, Role> = role === 'none' ? {} : { shop: role as Role };
    request.caller = { ...request.caller, who: name, user: `usr_${name}`, via: 'session', installation: false, roles };
  });
  tokenRoutes(app, slipway);
  connectRoutes(app, slipway, tools);
  shellRoutes(app, slipway, tools);
  glassRoutes(app, slipway);
  acceptUpgrades(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const inner = (app.server.address() as AddressInfo).port;
  const front = createServer(forwardTo(inner)).on('upgrade', forwardUpgradeTo(inner));
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const { port } = front.address() as AddressInfo;
  return { ...client(port), app, tools, port, tend: () => tendShells(slipway, tools), stop: () => stopAll(front, app) };
};

const stopAll = async (front: ReturnType<typeof createServer>, app: { close(): Promise<unknown> }): Promise<void> => {
  front.closeAllConnections();
  front.close();
  await app.close();
};

export interface Asking {
  /** `ada/developer`; left out: the installation's own token. */
  readonly as?: string;
  readonly token?: string;
  readonly origin?: string;
}

const headersOf = (port: number, { as, token = 'token', origin }: Asking): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  ...(as === undefined ? {} : { cookie: `person=${as}`, origin: origin ?? `http://127.0.0.1:${port}` }),
});

export interface OpenSocket {
  readonly socket: WebSocket;
  /** All that was shown. */
  readonly shown: () => string;
  type(text: string): void;
  say(frame: unknown): void;
  readonly ended: Promise<{ readonly code: number | null; readonly why: string } | null>;
}

const client = (port: number) => {
  const base = `http://127.0.0.1:${port}`;
  const ask = async (method: string, path: string, body?: object, asking: Asking = {}) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { ...headersOf(port, asking), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    return { status: answer.status, body: /json/.test(type) ? JSON.parse(text) : text };
  };
  const attach = (
    id: string,
    asking: Asking = {},
  ): Promise<OpenSocket | { readonly status: number; readonly code: string }> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/shells/${id}/attach`, {
        headers: headersOf(port, asking),
      });
      let shown = '';
      type End = Awaited<OpenSocket['ended']>;
      let end: End = null;
      const ended = new Promise<End>((done) => socket.once('close', () => done(end)));
      socket.on('message', (data, binary) => {
        if (binary) shown += String(data);
        else end = JSON.parse(String(data)).exit;
      });
      socket.once('open', () =>
        resolve({
          ...{ socket, ended, shown: () => shown },
          type: (text) => socket.send(Buffer.from(text)),
          say: (frame) => socket.send(JSON.stringify(frame)),
        }),
      );
      socket.once('unexpected-response', (_, answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += String(chunk);
        });
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, code: JSON.parse(text).code }));
      });
      socket.once('error', reject);
    });
  const mustAttach = async (id: string, asking: Asking = {}): Promise<OpenSocket> => {
    const opened = await attach(id, asking);
    if ('status' in opened) throw new Error(`${opened.status} ${opened.code}`);
    return opened;
  };
  return { ask, attach, mustAttach };
};
