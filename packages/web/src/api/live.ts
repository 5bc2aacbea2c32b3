import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** What the server tells of a change: never the change itself. */
export interface Change {
  readonly kind: string;
  readonly project?: string | null;
  readonly environment?: string | null;
  readonly id?: string | null;
}

const EVENTS = '/api/v1/events';
const POLL_MS = 5_000;
const AGAIN_MS = 60_000;
/** Changes come in bursts: a run that ends moves its environment, the queue and the board. */
const GATHER_MS = 150;

type Parameters = Readonly<Record<string, string | number | undefined>>;

const isOther = (mine: string | number | undefined, told: string | null | undefined): boolean =>
  mine !== undefined && told !== null && told !== undefined && String(mine) !== told;

/** Whether a query could have another answer after that change. In doubt: yes. */
export const concerns = (change: Change, parameters: Parameters): boolean =>
  !isOther(parameters['project'], change.project) &&
  !isOther(parameters['environment'], change.environment) &&
  !(change.kind === 'run' && isOther(parameters['run'], change.id));

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

/** One stream for the whole page. Where there is none (an older server, a proxy that cuts it) it asks every five seconds. */
export const followChanges = (client: QueryClient): (() => void) => {
  let source: EventSource | null = null;
  let gathered: Change[] = [];
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const tell = (event: MessageEvent<string>): void => {
    const change = parsed(event.data);
    if (change === null) return;
    gathered.push(change);
    gathering ??= setTimeout(() => {
      const changes = gathered;
      gathered = [];
      gathering = undefined;
      invalidate(client, changes);
    }, GATHER_MS);
  };
  const open = (): void => {
    source = new EventSource(EVENTS);
    source.addEventListener('change', tell);
    // The server could not say what was missed: everything may have changed.
    source.addEventListener('reset', () => void client.invalidateQueries());
    source.addEventListener('error', () => {
      // The browser connects again by itself, unless it was refused.
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
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
    clearTimeout(gathering);
  };
};

export const useLiveChanges = (): void => {
  const client = useQueryClient();
  useEffect(() => followChanges(client), [client]);
};
