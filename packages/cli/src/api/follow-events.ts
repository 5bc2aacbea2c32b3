import { setTimeout as sleep } from 'node:timers/promises';
import { changeView, type LiveEvent } from '@slipway/contracts/change-views';
import { Failure } from '@slipway/contracts/failure';

/** What a stream of server-sent events consists of, line by line. */
export type EventLines = (after: string | undefined) => Promise<AsyncIterable<string>>;

/** About five minutes: a control plane that is replaced, schema and all, is back by then. */
const PAUSES = [200, 500, 1000, 2000, 4000, 8000, ...Array<number>(20).fill(15_000)];
/** A server that is away, or what stands in front of it and says so in words of its own. */
const AWAY = new Set(['server-unreachable', 'answer-not-understood']);

const isAway = (error: unknown): boolean => error instanceof Failure && AWAY.has(error.code);

/**
 * Events as they come, until the server ends it. A connection that was cut is opened again, behind the last event that was seen: nothing
 * that happened in between is left out. Whether there is a server at all is said at once.
 */
export async function* followEvents(
  open: EventLines,
  { after, signal }: { readonly after: string | undefined; readonly signal: AbortSignal },
): AsyncGenerator<LiveEvent> {
  const seen: Seen = { last: after, tries: null };
  for (;;) {
    try {
      yield* eventsIn(await open(seen.last), seen);
      return;
    } catch (error) {
      const pause = seen.tries === null ? undefined : PAUSES[seen.tries];
      if (signal.aborted || !isAway(error) || pause === undefined || seen.tries === null) throw error;
      seen.tries += 1;
      await sleep(pause, undefined, { signal });
    }
  }
}

interface Seen {
  last: string | undefined;
  /** Since something was heard; null: nothing ever was. */
  tries: number | null;
}

async function* eventsIn(lines: AsyncIterable<string>, seen: Seen): AsyncGenerator<LiveEvent> {
  let fields: Partial<Record<string, string>> = {};
  for await (const line of lines) {
    const [, field = '', value = ''] = /^(id|event|data): (.*)$/s.exec(line) ?? [];
    fields = { ...fields, [field]: value };
    if (field === 'id') [seen.last, seen.tries] = [value, 0];
    // It is the last of each event.
    if (field !== 'data') continue;
    const told = eventOf(fields);
    if (told !== null) yield told;
  }
}

/** Null: of a kind that nobody here knows. */
const eventOf = ({ id: after = '', event, data = '' }: Partial<Record<string, string>>): LiveEvent | null => {
  if (event === 'reset') return { event, after, change: null };
  return event === 'change' ? { event, after, change: changeView.parse(JSON.parse(data)) } : null;
};
