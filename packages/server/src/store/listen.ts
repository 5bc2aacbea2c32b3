import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export type Channel = 'slipway_runs' | 'slipway_routes' | 'slipway_deliveries' | 'slipway_logs';

export interface Listener {
  /** Resolves when the connection is closed; nothing is called afterwards. */
  close(): Promise<void>;
}

/**
 * Hears NOTIFY on a connection of its own (not from a pool: a pool hands connections around) and connects again when it breaks.
 * `onConnect` is called after each time that listening began: what was notified before may have been missed, so look once.
 * Needs a direct connection or a session pooler; a transaction pooler loses notifications.
 */
export const listen = async (
  url: string,
  channels: readonly Channel[],
  on: { readonly notify: (channel: Channel, payload: string) => void; readonly connect: () => void },
): Promise<Listener> => {
  const stop = new AbortController();
  let client = await listening(url, channels, on);
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await ended(client, stop.signal);
      await client.end().catch(() => undefined);
      client = await reconnected(url, channels, on, stop.signal).catch(() => client);
    }
  })();
  return {
    close: async () => {
      stop.abort();
      await loop;
      await client.end().catch(() => undefined);
    },
  };
};

type Handlers = Parameters<typeof listen>[2];

const listening = async (url: string, channels: readonly Channel[], on: Handlers): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url, application_name: 'slipway-listen', keepAlive: true });
  client.on('error', () => undefined);
  client.on('notification', ({ channel, payload }) => on.notify(channel as Channel, payload ?? ''));
  try {
    await client.connect();
    for (const channel of channels) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  on.connect();
  return client;
};

const reconnected = async (url: string, channels: readonly Channel[], on: Handlers, signal: AbortSignal) => {
  for (let wait = 50; ; wait = Math.min(wait * 2, 2000)) {
    signal.throwIfAborted();
    try {
      return await listening(url, channels, on);
    } catch {
      await sleep(wait, undefined, { signal });
    }
  }
};

const ended = (client: pg.Client, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    client.once('end', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
