import { type Attempt, bareHost } from '../../../domain/egress.ts';
import type { CountedAttempt } from '../../../ports/egress-gateway.ts';
import { HOST_CHARACTERS, LIMITS } from './limits.ts';

/** What stands for all further hosts once an environment has tried too many at once, as who carries data out by names does. */
export const MANY_OTHERS = '(many others)';

export interface AttemptBook {
  note(attempt: Attempt): void;
  /** Writes what has come together; what cannot be written now stays for the next time. */
  flush(): Promise<void>;
}

interface Counted extends Attempt {
  count: number;
  bytesSent: number;
  bytesReceived: number;
  readonly firstAt: string;
  lastAt: string;
}

const keyOf = ({ environment, kind, host, port, outcome, reason }: Attempt): string =>
  JSON.stringify([environment, kind, host, port, outcome, reason]);

/** A name as it may be stored and shown: nothing but printable ASCII, of a sane length. */
const printable = (host: string): string =>
  bareHost(host)
    .replace(/[^\x21-\x7e]/g, '?')
    .slice(0, HOST_CHARACTERS);

/** Counts equal attempts together and hands them on in heaps, so that a loop in somebody's code does not fill our database. */
export const openAttempts = (facts: {
  readonly write: (attempts: readonly CountedAttempt[]) => Promise<void>;
  readonly now: () => Date;
}): AttemptBook => {
  let open = new Map<string, Counted>();
  const perEnvironment = new Map<string, number>();
  const add = (attempt: Counted): void => {
    const known = open.get(keyOf(attempt));
    const kept = perEnvironment.get(attempt.environment) ?? 0;
    if (known !== undefined) merge(known, attempt);
    else if (kept >= LIMITS.attempts && attempt.host !== MANY_OTHERS) add({ ...attempt, host: MANY_OTHERS, port: 0 });
    else {
      perEnvironment.set(attempt.environment, kept + 1);
      open.set(keyOf(attempt), { ...attempt });
    }
  };
  return {
    note: (attempt) => {
      const at = facts.now().toISOString();
      add({ ...attempt, host: printable(attempt.host), count: 1, firstAt: at, lastAt: at });
    },
    flush: async () => {
      if (open.size === 0) return;
      const heap = [...open.values()];
      open = new Map();
      perEnvironment.clear();
      try {
        await facts.write(heap);
      } catch (error) {
        for (const attempt of heap) add(attempt);
        throw error;
      }
    },
  };
};

const merge = (known: Counted, more: Counted): void => {
  known.count += more.count;
  known.bytesSent += more.bytesSent;
  known.bytesReceived += more.bytesReceived;
  if (more.lastAt > known.lastAt) known.lastAt = more.lastAt;
};
