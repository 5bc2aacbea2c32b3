import type { Logger } from 'pino';
import type { Clock } from '../../../../domain/clock.ts';
import type { RouteBook } from '../routes/route-book.ts';
import type { ReadOnlyTime } from './refusal.ts';

const EVERY_MS = 1_000;
/** Added to what is there, since two edges may serve at once while one replaces the other. */
const STATEMENT = `
insert into ops.read_only_times as known
  (environment, since, until, reads, refused, first_refused_at, last_refused_at)
select told.* from unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
  as told (environment, since, until, reads, refused, first_refused_at, last_refused_at)
where exists (select from ops.routes where routes.environment = told.environment)
on conflict (environment, since) do update set
  until = greatest(known.until, excluded.until),
  reads = known.reads + excluded.reads,
  refused = known.refused + excluded.refused,
  first_refused_at = least(known.first_refused_at, excluded.first_refused_at),
  last_refused_at = greatest(known.last_refused_at, excluded.last_refused_at)`;

/** Of one read-only time. Times are ISO. */
interface Counts {
  readonly environment: string;
  readonly since: string;
  until: string;
  reads: number;
  refused: number;
  firstRefusedAt: string | null;
  lastRefusedAt: string | null;
}

export interface Counted extends ReadOnlyTime {
  readonly host: string;
  readonly environment: string;
}

/** How many reads were served and writes refused in each read-only time: told to PostgreSQL within a second, and to the log at its end. */
export interface Tally {
  served(counted: Counted): void;
  refused(counted: Counted): void;
  /** Tells what is not told yet; best effort. */
  close(): Promise<void>;
}

interface Parts {
  readonly write: (statement: string, parameters: readonly unknown[]) => Promise<void>;
  readonly book: RouteBook;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createTally({ write, book, clock, logger }: Parts): Tally {
  /** Not told to PostgreSQL yet. */
  let pending = new Map<string, Counts>();
  /** All of a time that is not over, for the log. */
  const totals = new Map<string, Counts>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const flush = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const batch = [...pending.values()];
    pending = new Map();
    if (batch.length === 0) return;
    await write(STATEMENT, columnsOf(batch)).catch(() => {
      // They wait for the next time: evidence must not miss a refusal because PostgreSQL was away for a moment.
      for (const counts of batch) addTo(pending, counts);
      later();
    });
  };
  const later = (): void => {
    if (!closed) timer ??= setTimeout(() => void flush(), EVERY_MS);
  };
  /** At the end of a time its row is wanted at once: whoever ended it writes down what it was. */
  const watch = (host: string, key: string): void => {
    book.onceChanged(host, () => {
      const counts = totals.get(key);
      if (!counts) return;
      if (isNow(book, host, counts.since)) return watch(host, key);
      totals.delete(key);
      logger.info({ host, ...counts }, 'a read-only time is over');
      void flush();
    });
  };
  const count = ({ host, environment, since, until }: Counted, what: 'reads' | 'refused'): void => {
    const at = what === 'refused' ? clock.now().toISOString() : null;
    const one: Counts = { environment, since, until, reads: 0, refused: 0, firstRefusedAt: at, lastRefusedAt: at };
    one[what] = 1;
    addTo(pending, one);
    // What was under way at a time's end is in its row, and not in its line in the log.
    if (isNow(book, host, since) && addTo(totals, one)) watch(host, keyOf(one));
    later();
  };

  return {
    served: (counted) => count(counted, 'reads'),
    refused: (counted) => count(counted, 'refused'),
    close: async () => {
      closed = true;
      for (const counts of totals.values()) logger.info(counts, 'a read-only time goes on without this edge');
      await flush();
    },
  };
}

const isNow = (book: RouteBook, host: string, since: string): boolean => {
  const route = book.find(host)?.route;
  return route?.kind === 'read-only' && route.since === since;
};

const keyOf = ({ environment, since }: Counts): string => `${environment} ${since}`;

/** True when it is the first of its time. */
function addTo(all: Map<string, Counts>, more: Counts): boolean {
  const known = all.get(keyOf(more));
  if (!known) {
    all.set(keyOf(more), { ...more });
    return true;
  }
  if (more.until > known.until) known.until = more.until;
  known.reads += more.reads;
  known.refused += more.refused;
  known.firstRefusedAt ??= more.firstRefusedAt;
  known.lastRefusedAt = more.lastRefusedAt ?? known.lastRefusedAt;
  return false;
}

const columnsOf = (batch: readonly Counts[]): readonly unknown[][] => [
  batch.map(({ environment }) => environment),
  batch.map(({ since }) => since),
  batch.map(({ until }) => until),
  batch.map(({ reads }) => reads),
  batch.map(({ refused }) => refused),
  batch.map(({ firstRefusedAt }) => firstRefusedAt),
  batch.map(({ lastRefusedAt }) => lastRefusedAt),
];
