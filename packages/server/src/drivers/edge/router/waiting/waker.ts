import type { Logger } from 'pino';
import type { Clock } from '../../../../domain/clock.ts';
import type { WakeCall } from '../client.ts';
import type { RouteBook } from '../routes/route-book.ts';

/** Asked and heard, but the route did not change for so long: then the next request may ask again. */
const ASK_AGAIN_MS = 60_000;
const BACKOFF_MS = { first: 500, most: 4_000 };

/** Asks the control plane to wake an environment: once, however many requests come, until its route changes. */
export interface Waker {
  ask(host: string, environment: string): void;
  close(): void;
}

export function createWaker(options: {
  readonly call: WakeCall;
  readonly book: RouteBook;
  readonly clock: Clock;
  readonly logger: Logger;
}): Waker {
  const asking = new Map<string, AbortController>();
  const closed = new AbortController();

  const ask = async (host: string, environment: string, done: AbortController): Promise<void> => {
    const forget = options.book.onceChanged(host, () => done.abort());
    try {
      await askUntilHeard(options, { host, environment, signal: AbortSignal.any([done.signal, closed.signal]) });
    } finally {
      forget();
      if (asking.get(environment) === done) asking.delete(environment);
    }
  };

  return {
    ask: (host, environment) => {
      const before = asking.get(environment);
      if (closed.signal.aborted || (before && !before.signal.aborted)) return;
      const done = new AbortController();
      asking.set(environment, done);
      void ask(host, environment, done);
    },
    close: () => closed.abort(),
  };
}

async function askUntilHeard(
  { call, clock, logger }: { readonly call: WakeCall; readonly clock: Clock; readonly logger: Logger },
  { host, environment, signal }: { readonly host: string; readonly environment: string; readonly signal: AbortSignal },
): Promise<void> {
  const until = clock.now().getTime() + ASK_AGAIN_MS;
  const left = (): number => Math.max(0, until - clock.now().getTime());
  for (let pause = BACKOFF_MS.first; !signal.aborted && left() > 0; pause = Math.min(pause * 2, BACKOFF_MS.most)) {
    const answer = await call(host, environment, signal);
    if (signal.aborted) return;
    if (answer.kind === 'unreachable') {
      logger.warn({ environment, reason: answer.reason }, 'the control plane did not take the wake call');
      await clock.sleep(Math.min(pause, left()), signal);
      continue;
    }
    if (answer.kind === 'refused')
      logger.error({ environment, status: answer.status }, 'the control plane refused to wake');
    else logger.info({ environment, host }, 'asked the control plane to wake');
    await clock.sleep(left(), signal);
  }
}
