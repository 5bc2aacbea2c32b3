import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** What the server tells of a change: never the change itself. */
export interface Change {
  readonly kind: string;
  readonly project?: string | null;
  readonly environment?: string | null;
  readonly id?: string | null;
}

/** Kinds whose `id` is that of a run. */
const OF_RUNS = ['run', 'step'];
const EVENTS = '/api/v1/events';
const POLL_MS = 5_000;
/** After a refusal, or while what stands in front of the server says that it is away: twice as long each time. */
const AGAIN_MS = 2_000;
const LONGEST_AGAIN_MS = 60_000;
/** Changes come in bursts: a run that ends moves its environment, the queue and the board. */
const GATHER_MS = 150;

type Parameters = Readonly<Record<string, string | number | undefined>>;

const isOther = (mine: string | number | undefined, told: string | null | undefined): boolean =>
  mine !== undefined && told !== null && told !== undefined && String(mine) !== told;

/** Whether a query could have another answer after that change. In doubt: yes. */
export const concerns = (change: Change, parameters: Parameters): boolean =>
  !isOther(parameters['project'], change.project) &&
  !isOther(parameters['environment'], change.environment) &&
  !(OF_RUNS.includes(change.kind) && isOther(parameters['run'], change.id));

const parametersOf = (query: Query): Parameters => (query.queryKey[1] ?? {}) as Parameters;

/** Asks again for what the changes concern and is on screen; the rest is asked for when it is looked at. */
const invalidate = (client: QueryClient, changes: readonly Change[]): void => {
  void client.invalidateQueries({
    predicate: (query) => changes.some((change) => concerns(change, parametersOf(query))),
  });
};

const parsed = (text: string): Change | null => {
  try {
    return JSON.parse(text) as Change;
  } catch {
    return null;
  }
};

/** Gathers what is told for a moment, and asks anew what it concerns. */
const gatherFor = (client: QueryClient) => {
  let gathered: Change[] = [];
  let gathering: ReturnType<typeof setTimeout> | undefined;
  return {
    tell: ({ data }: MessageEvent<string>): void => {
      const change = parsed(data);
      if (change === null) return;
      gathered.push(change);
      gathering ??= setTimeout(() => {
        const changes = gathered;
        gathered = [];
        gathering = undefined;
        invalidate(client, changes);
      }, GATHER_MS);
    },
    stop: (): void => clearTimeout(gathering),
  };
};

/**
 * One stream for the whole page. A browser opens it again by itself where the connection broke, behind the last event; where it was
 * refused it is opened here, behind the last event as well. Meanwhile, or where there is none, it asks every five seconds.
 */
export const followChanges = (client: QueryClient): (() => void) => {
  const gather = gatherFor(client);
  let source: EventSource | null = null;
  let last = '';
  let pause = AGAIN_MS;
  let again: ReturnType<typeof setTimeout> | undefined;
  const everything = (): void => void client.invalidateQueries();
  const open = (): void => {
    const begun = new EventSource(last === '' ? EVENTS : `${EVENTS}?after=${encodeURIComponent(last)}`);
    source = begun;
    const hear = (event: MessageEvent<string>): void => {
      if (event.lastEventId !== '') last = event.lastEventId;
    };
    begun.addEventListener('open', () => {
      pause = AGAIN_MS;
      // Nothing was heard yet that it could go on behind: what changed since this page asked was told to nobody.
      if (last === '') everything();
    });
    begun.addEventListener('change', (event) => {
      hear(event);
      gather.tell(event);
    });
    // The server could not say what was missed: everything may have changed.
    begun.addEventListener('reset', (event) => {
      hear(event);
      everything();
    });
    begun.addEventListener('error', () => {
      if (begun.readyState !== EventSource.CLOSED) return;
      again = setTimeout(open, pause);
      pause = Math.min(pause * 2, LONGEST_AGAIN_MS);
    });
  };
  const poll = setInterval(() => {
    if (source?.readyState === EventSource.OPEN || document.visibilityState === 'hidden') return;
    void client.invalidateQueries({ refetchType: 'active' });
  }, POLL_MS);
  open();
  return () => {
    source?.close();
    clearInterval(poll);
    clearTimeout(again);
    gather.stop();
  };
};

export const useLiveChanges = (): void => {
  const client = useQueryClient();
  useEffect(() => followChanges(client), [client]);
};
