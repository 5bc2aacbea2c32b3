import type { Clock } from '../../../domain/clock.ts';
import { LATENCY_PLACES, latencyPlace, STEP_SECONDS } from '../../../domain/latency.ts';

const EVERY_MS = 2_000;
const STEP_MS = STEP_SECONDS * 1_000;
const MINUTE_MS = 60_000;
/** While PostgreSQL is away; the oldest go first. */
const MOST_WAITING = 5_000;
/** Added to what is there: a long request ends when its step is over, and two edges may serve at once while one replaces the other. */
const STATEMENT = `
insert into ops.edge_measures as known (environment, at, requests, server_errors, latencies)
select told.environment, told.at, told.requests, told.server_errors, told.latencies::integer[]
from unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::text[])
  as told (environment, at, requests, server_errors, latencies)
where exists (select from ops.routes where routes.environment = told.environment)
on conflict (environment, at) do update set
  requests = known.requests + excluded.requests,
  server_errors = known.server_errors + excluded.server_errors,
  latencies = (select array_agg(coalesce(a, 0) + coalesce(b, 0) order by place)
    from unnest(known.latencies, excluded.latencies) with ordinality as sums (a, b, place))`;

interface Counts {
  readonly environment: string;
  readonly at: number;
  requests: number;
  serverErrors: number;
  readonly latencies: number[];
}

export interface Answered {
  readonly environment: string;
  /** Null: the client left before there was an answer. */
  readonly status: number | null;
  /** From when it was sent on to when the answer began, or the client left. */
  readonly milliseconds: number;
  /** How many milliseconds ago it was sent on: it counts for the version that it was sent to. */
  readonly ago: number;
}

/**
 * What was answered, and how fast: told to PostgreSQL. Of production in steps of ten seconds, for whoever watches a deployment; of the
 * others by the minute, since there are many of them and nobody but their page asks.
 */
export interface Measures {
  answered(answered: Answered): void;
  /** Tells what is not told yet; best effort. */
  close(): Promise<void>;
}

/** Environments are called `<project>/<name>`. */
const stepOf = (environment: string): number => (environment.endsWith('/production') ? STEP_MS : MINUTE_MS);
/** A page that is left at once says nothing; one that was waited for in vain does. */
const WAITED_MS = 5_000;

export function createMeasures(
  write: (statement: string, parameters: readonly unknown[]) => Promise<void>,
  clock: Clock,
): Measures {
  let pending = new Map<string, Counts>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const flush = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const batch = [...pending.values()];
    pending = new Map();
    if (batch.length === 0) return;
    await write(STATEMENT, columnsOf(batch)).catch(() => {
      for (const counts of batch) addTo(pending, counts);
      for (const key of [...pending.keys()].slice(0, -MOST_WAITING)) pending.delete(key);
      later();
    });
  };
  const later = (): void => {
    if (!closed) timer ??= setTimeout(() => void flush(), EVERY_MS);
  };

  return {
    answered: ({ environment, status, milliseconds, ago }) => {
      if (status === null && milliseconds < WAITED_MS) return;
      const step = stepOf(environment);
      const latencies = new Array<number>(LATENCY_PLACES).fill(0);
      latencies[latencyPlace(milliseconds)] = 1;
      const at = Math.floor((clock.now().getTime() - ago) / step) * step;
      addTo(pending, {
        environment,
        at,
        requests: 1,
        serverErrors: status !== null && status >= 500 ? 1 : 0,
        latencies,
      });
      later();
    },
    close: async () => {
      closed = true;
      await flush();
    },
  };
}

function addTo(all: Map<string, Counts>, more: Counts): void {
  const key = `${more.environment} ${more.at}`;
  const known = all.get(key);
  if (!known) {
    all.set(key, more);
    return;
  }
  known.requests += more.requests;
  known.serverErrors += more.serverErrors;
  for (const [place, count] of more.latencies.entries()) known.latencies[place] = (known.latencies[place] ?? 0) + count;
}

const columnsOf = (batch: readonly Counts[]): readonly unknown[][] => [
  batch.map(({ environment }) => environment),
  batch.map(({ at }) => new Date(at).toISOString()),
  batch.map(({ requests }) => requests),
  batch.map(({ serverErrors }) => serverErrors),
  batch.map(({ latencies }) => `{${latencies.join(',')}}`),
];
