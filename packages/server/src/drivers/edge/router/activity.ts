import type { Clock } from '../../../domain/clock.ts';

const EVERY_MS = 10_000;
/** An environment that was closed meanwhile has no route any more: its last requests are news to nobody. */
const STATEMENT = `
insert into ops.edge_activity as known (environment, last_request_at, requests)
select used.* from unnest($1::text[], $2::timestamptz[], $3::bigint[]) as used (environment, last_request_at, requests)
where exists (select from ops.routes where routes.environment = used.environment)
on conflict (environment) do update set
  last_request_at = greatest(known.last_request_at, excluded.last_request_at),
  requests = known.requests + excluded.requests`;

/**
 * Paths that a browser tab asks for by itself. An open websocket, its reconnects and the long polling that stands in for it are made
 * by every forgotten tab; were they "use", no preview with a tab open somewhere would ever sleep, and one that sleeps would be woken
 * by the tab at once. So would `version_info`, with which Odoo's web client asks every few seconds whether a lost server is back.
 */
const BY_ITSELF = ['/_slipway', '/websocket', '/longpolling', '/bus', '/web/webclient/version_info'];

/** Whether somebody (or a program on their behalf) wants something from Odoo: this wakes, and keeps awake. */
export const isUse = (path: string): boolean =>
  !BY_ITSELF.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));

export interface Activity {
  /** A request begins (counted), or a long one has ended (`again`: only the time). */
  touch(environment: string, again?: 'again'): void;
  /** Tells what is not told yet; best effort. */
  close(): Promise<void>;
}

/** Tells PostgreSQL when environments were last used: in batches, every ten seconds at most, later when it is away. */
export function createActivity(
  write: (statement: string, parameters: readonly unknown[]) => Promise<void>,
  clock: Clock,
): Activity {
  let pending = new Map<string, { at: Date; requests: number }>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const add = (environment: string, at: Date, requests: number): void => {
    const known = pending.get(environment);
    if (!known) pending.set(environment, { at, requests });
    else {
      if (at > known.at) known.at = at;
      known.requests += requests;
    }
    if (!closed) timer ??= setTimeout(() => void flush(), EVERY_MS);
  };
  const flush = async (): Promise<void> => {
    timer = null;
    const batch = pending;
    pending = new Map();
    if (batch.size === 0) return;
    const used = [...batch.values()];
    try {
      const times = used.map(({ at }) => at.toISOString());
      await write(STATEMENT, [[...batch.keys()], times, used.map(({ requests }) => requests)]);
    } catch {
      // The counts wait for the next time: a preview must not fall asleep because PostgreSQL was away for a minute.
      for (const [environment, { at, requests }] of batch) add(environment, at, requests);
    }
  };

  return {
    touch: (environment, again) => add(environment, clock.now(), again ? 0 : 1),
    close: async () => {
      closed = true;
      if (timer) clearTimeout(timer);
      await flush();
    },
  };
}
