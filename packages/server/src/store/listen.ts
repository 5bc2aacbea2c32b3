import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { asStoreFailure } from './queryable.ts';

export type Channel = 'slipway_runs' | 'slipway_routes' | 'slipway_logs' | 'slipway_changes';

/** A channel is a name and takes no parameter. */
const LISTEN: Readonly<Record<Channel, string>> = {
  slipway_runs: 'listen slipway_runs',
  slipway_routes: 'listen slipway_routes',
  slipway_logs: 'listen slipway_logs',
  slipway_changes: 'listen slipway_changes',
};

export interface Listener {
  /** Resolves when the connection is closed; nothing is called afterwards. */
  close(): Promise<void>;
}

/**
 * Hears NOTIFY on a connection of its own (not from a pool: a pool hands connections around) and connects again when it breaks.
 * `connect` is called after each time that listening began: what was notified before may have been missed, so look once.
 * Needs a direct connection or a session pooler; a transaction pooler loses notifications.
 */
export const listen = async (
  url: string,
  channels: readonly Channel[],
  on: { readonly notify: (channel: Channel, payload: string) => void; readonly connect: () => void },
): Promise<Listener> => {
  const stop = new AbortController();
  let line: Line | null = await openLine(url, channels, on);
  const loop = (async () => {
    while (line !== null) {
      await Promise.race([line.ended, aborted(stop.signal)]);
      await line.client.end().catch(() => undefined);
      line = stop.signal.aborted ? null : await reopened(url, channels, on, stop.signal);
    }
  })();
  return {
    close: () => {
      stop.abort();
      return loop;
    },
  };
};

type Handlers = Parameters<typeof listen>[2];

interface Line {
  readonly client: pg.Client;
  readonly ended: Promise<void>;
}

const openLine = async (url: string, channels: readonly Channel[], on: Handlers): Promise<Line> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'slipway-listen',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', () => undefined);
  client.on('notification', ({ channel, payload }) => on.notify(channel as Channel, payload ?? ''));
  try {
    await client.connect();
    for (const channel of channels) await client.query(LISTEN[channel]);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw asStoreFailure(error);
  }
  on.connect();
  return { client, ended };
};

/** After 50 ms, 100 ms … at most 2 s; null when it is to stop. */
const reopened = async (
  url: string,
  channels: readonly Channel[],
  on: Handlers,
  signal: AbortSignal,
): Promise<Line | null> => {
  for (let wait = 50; !signal.aborted; wait = Math.min(wait * 2, 2000)) {
    const line = await openLine(url, channels, on).catch(() => null);
    if (line !== null) return line;
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
  return null;
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
