import type pg from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../../../../domain/clock.ts';
import {
  OPEN_ASKED,
  OPEN_TOLD,
  type OpenAsked,
  readOpenAsked,
  writeOpenTold,
} from '../../../../domain/open-requests.ts';
import { closeDatabase } from '../client.ts';
import type { OpenRequests } from '../open-requests.ts';
import type { RouteBook, RouteRow } from './route-book.ts';
import { parseRouteRow } from './route-row.ts';

const CHANNEL = 'slipway_routes';
/** A full re-read, in case a notification was missed; it also finds out that the connection is dead. */
const FULL_EVERY_MS = 30_000;
const BACKOFF_MS = { first: 250, most: 5_000 };

export interface RouteFeed {
  /** Resolves when the first attempt to read the routes has ended, well or badly. */
  readonly firstTry: Promise<void>;
  readonly connected: boolean;
  /** On the same connection; rejects when there is none. */
  query(statement: string, parameters: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export interface FeedOptions {
  readonly open: () => Promise<pg.Client>;
  readonly book: RouteBook;
  readonly requests: OpenRequests;
  readonly clock: Clock;
  readonly logger: Logger;
  /** After any change that came from PostgreSQL, and after each full read. */
  readonly onRead: (changed: boolean) => void;
  /** For tests; left out: every 30 s. */
  readonly fullEveryMs?: number;
}

/** Keeps the book equal to ops.routes while PostgreSQL answers, and leaves it alone while it does not. Tells how many requests are open when asked. */
export function followRoutes(options: FeedOptions): RouteFeed {
  const stop = new AbortController();
  let current: pg.Client | null = null;
  let tried: () => void = () => {};
  const firstTry = new Promise<void>((resolve) => {
    tried = resolve;
  });

  const run = async (): Promise<void> => {
    let pause = BACKOFF_MS.first;
    while (!stop.signal.aborted) {
      try {
        await readWhileConnected(options, stop.signal, (client) => {
          current = client;
          pause = BACKOFF_MS.first;
          options.logger.info('routes follow PostgreSQL');
          tried();
        });
      } catch (error) {
        options.logger.warn({ err: error, retryInMs: pause }, 'PostgreSQL is away: last known routes stay');
      }
      current = null;
      tried();
      await options.clock.sleep(pause, stop.signal);
      pause = Math.min(pause * 2, BACKOFF_MS.most);
    }
  };
  const running = run();

  return {
    firstTry,
    get connected() {
      return current !== null;
    },
    query: async (statement, parameters) => {
      if (!current) throw new Error('PostgreSQL is away');
      await current.query(statement, [...parameters]);
    },
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

/** One connection, from LISTEN to its end. Throws when it is lost; returns when told to stop. */
async function readWhileConnected(
  options: FeedOptions,
  signal: AbortSignal,
  onReady: (client: pg.Client) => void,
): Promise<void> {
  const client = await options.open();
  const inbox = listenTo(client, signal);
  try {
    // LISTEN first: what changes while the table is read is then read once more, and never missed.
    await client.query(`listen ${CHANNEL}`);
    await client.query(`listen ${OPEN_ASKED}`);
    options.onRead(options.book.replaceAll(await readRoutes(client, options, null)));
    onReady(client);
    await follow(client, inbox, { options, signal });
  } finally {
    inbox.close();
    await closeDatabase(client);
  }
}

/** Until it is told to stop. */
async function follow(
  client: pg.Client,
  inbox: Inbox,
  { options, signal }: { readonly options: FeedOptions; readonly signal: AbortSignal },
): Promise<void> {
  const { fullEveryMs = FULL_EVERY_MS } = options;
  let due = performance.now() + fullEveryMs;
  while (!signal.aborted) {
    const { hosts, asked } = await inbox.next(Math.max(0, due - performance.now()));
    if (signal.aborted) return;
    // Also while there is news all the time: questions come by the second while a slot is drained.
    const wanted = performance.now() >= due ? null : hosts;
    if (wanted === null) due = performance.now() + fullEveryMs;
    await takeIn(client, options, wanted);
    // After the routes: what was changed before it was asked is followed by now.
    for (const one of asked) await tellOpen(client, options, one);
  }
}

async function takeIn(client: pg.Client, options: FeedOptions, hosts: readonly string[] | null): Promise<void> {
  if (hosts?.length === 0) return;
  const rows = await readRoutes(client, options, hosts);
  options.onRead(hosts ? options.book.replace(hosts, rows) : options.book.replaceAll(rows));
}

async function tellOpen(client: pg.Client, { requests }: FeedOptions, { id, addresses }: OpenAsked): Promise<void> {
  const told = writeOpenTold({ id, open: requests.count(addresses) });
  await client.query('select pg_notify($1, $2)', [OPEN_TOLD, told]);
}

async function readRoutes(
  client: pg.Client,
  { book, logger }: FeedOptions,
  hosts: readonly string[] | null,
): Promise<readonly RouteRow[]> {
  const columns = 'select host, environment, route, version from ops.routes';
  const { rows } = hosts
    ? await client.query<{ host: string }>(`${columns} where host = any($1)`, [hosts])
    : await client.query<{ host: string }>(columns);
  const known: RouteRow[] = [];
  for (const row of rows) {
    const parsed = parseRouteRow(row);
    // One bad row is a defect of whoever wrote it; the other hosts, and this one's former route, go on.
    if (!parsed) logger.error({ host: row.host }, 'a row of ops.routes cannot be read');
    const kept = parsed ?? formerRow(book, row.host);
    if (kept) known.push(kept);
  }
  return known;
}

function formerRow(book: RouteBook, host: string): RouteRow | null {
  const former = book.find(host);
  return former ? { host, environment: former.environment, route: former.route, version: former.version } : null;
}

interface News {
  /** Hosts that were named since the last call; null: read all. */
  readonly hosts: readonly string[] | null;
  /** Questions about requests under way. */
  readonly asked: readonly OpenAsked[];
}

interface Inbox {
  /** Rejects when the connection is lost. */
  next(timeoutMs: number): Promise<News>;
  close(): void;
}

function listenTo(client: pg.Client, signal: AbortSignal): Inbox {
  const named = new Set<string>();
  let asked: OpenAsked[] = [];
  let lost: Error | null = null;
  let wake: () => void = () => {};
  const rouse = (): void => wake();
  client.on('notification', ({ channel, payload = '' }) => {
    const question = channel === OPEN_ASKED ? readOpenAsked(payload) : null;
    if (question) asked.push(question);
    if (channel === CHANNEL) named.add(payload);
    rouse();
  });
  const lose = (error?: Error): void => {
    lost ??= error ?? new Error('the connection ended');
    rouse();
  };
  client.on('error', lose);
  client.on('end', () => lose());
  signal.addEventListener('abort', rouse);
  return {
    next: async (timeoutMs) => {
      if (!lost && named.size === 0 && asked.length === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      if (lost) throw lost;
      const news = { hosts: hostsOf(named, asked), asked };
      named.clear();
      asked = [];
      return news;
    },
    close: () => signal.removeEventListener('abort', rouse),
  };
}

/** All of them after a time without any news, or where one had no name. */
const hostsOf = (named: ReadonlySet<string>, asked: readonly OpenAsked[]): readonly string[] | null =>
  named.has('') || (named.size === 0 && asked.length === 0) ? null : [...named];
