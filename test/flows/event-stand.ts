/** A server with the routes of live events on a database of its own, and readers of them. */
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { ChangeFeed } from '../../packages/server/src/flows/change-feed.ts';
import { type EventSettings, eventRoutes } from '../../packages/server/src/http/events.ts';
import { forwardTo } from '../../packages/server/src/http/forward.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { type Listener, listen } from '../../packages/server/src/store/listen.ts';
import { openPool } from '../../packages/server/src/store/queryable.ts';
import { tokenOwner } from '../../packages/server/src/store/tokens.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

export interface EventStand {
  readonly database: FreshDatabase;
  readonly db: Pool;
  readonly feed: ChangeFeed;
  /** Of the server itself. */
  readonly url: string;
  /** As the intake thread hands it on. */
  readonly forwarded: string;
  /** Bytes that were written to readers and not taken by the system. */
  buffered(): number;
  close(): Promise<void>;
}

export const openEventStand = async (serverUrl: string, settings: EventSettings = {}): Promise<EventStand> => {
  const database = await freshDatabase(serverUrl);
  const db = openPool(database.url, { max: 20 });
  await db.query(`insert into ops.projects (id, name, config, source, database_prefix) values
    ('shop', 'shop', '{}', '{}', ''), ('mill', 'mill', '{}', '{}', 'mill_')`);
  await db.query(`insert into ops.environments (id, project, stage, name, head_sha, database, role, host)
    values ('shop/pr-1', 'shop', 'preview', 'pr-1', 'x', 'd', 'r', 'h')`);
  const logger = pino({ level: 'silent' });
  const feed = new ChangeFeed(db, logger);
  const app: FastifyInstance = makeServer({
    ...{ token: new Secret('token'), tokenFile: '/token', logger, newId, db },
    findToken: (sha256) => tokenOwner(db, sha256, new Date().toISOString()),
  });
  eventRoutes(app, { db, logger }, feed, settings);
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => sockets.add(socket));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const port = (app.server.address() as AddressInfo).port;
  const front: Server = createServer(forwardTo(port)).listen(0, '127.0.0.1');
  await once(front, 'listening');
  const wake = (): void => feed.wake();
  const listener: Listener = await listen(database.url, ['slipway_changes'], { notify: wake, connect: wake });
  return {
    ...{ database, db, feed },
    url: `http://127.0.0.1:${port}`,
    forwarded: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    buffered: () => [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0),
    close: async () => {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await app.close();
      await listener.close();
      await db.end();
      await database.drop();
    },
  };
};

export interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly kind: string; readonly project: string; readonly id: string };
}

export interface Reader {
  readonly told: Told[];
  readonly comments: () => number;
  /** Of the last event, or of what came instead of one. */
  readonly last: () => string;
  readonly answer: IncomingMessage;
  /** Resolves when the server ends it. */
  readonly ended: Promise<void>;
  close(): void;
}

export const readEvents = async (
  base: string,
  { token = 'token', after, query = '' }: { token?: string; after?: string; query?: string } = {},
): Promise<Reader> => {
  const headers = { authorization: `Bearer ${token}`, ...(after === undefined ? {} : { 'last-event-id': after }) };
  const asked = get(`${base}/api/v1/events${query}`, { headers, agent: false });
  asked.on('error', () => undefined);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const told: Told[] = [];
  let [last, comments, rest] = ['', 0, ''];
  answer.setEncoding('utf8');
  answer.on('error', () => undefined);
  answer.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
      if (block.startsWith(':')) comments += 1;
      if (fields['id'] !== undefined) last = fields['id'];
      if (fields['event'] !== undefined)
        told.push({ id: last, event: fields['event'], data: JSON.parse(fields['data']) });
    }
  });
  return {
    ...{ told, answer },
    comments: () => comments,
    last: () => last,
    ended: new Promise((resolve) => answer.once('close', resolve)),
    close: () => void asked.destroy(),
  };
};
