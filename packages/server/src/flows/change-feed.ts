import type { Logger } from 'pino';
import { type Change, type ChangeBounds, changeBounds, changesAfter } from '../store/changes.ts';
import type { Queryable } from '../store/queryable.ts';

/** How many changes are kept in memory for all readers together: who is further behind reads the table. */
const KEPT = 1000;
/** At most so many at once, to one reader or from the table. */
const PAGE = 100;

export interface ChangePage {
  readonly changes: readonly Change[];
  /** What to go on after. */
  readonly last: number;
}

/**
 * Changes for many readers: one query per change, whoever reads, and nothing kept for a reader but a number. A slow one falls behind and
 * goes on from the table.
 */
export class ChangeFeed {
  readonly #db: Queryable;
  readonly #logger: Pick<Logger, 'warn'>;
  #readers = 0;
  /** Everything after `#floor` up to `#head` is in `#recent`. */
  #recent: Change[] = [];
  #floor = 0;
  #head = 0;
  #reading: Promise<void> | null = null;
  #again = false;
  readonly #waiting = new Set<() => void>();
  /** Those who are behind read one after the other: the pool is everybody's. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(db: Queryable, logger: Pick<Logger, 'warn'>) {
    this.#db = db;
    this.#logger = logger;
  }

  get readers(): number {
    return this.#readers;
  }

  /** Begins to read. The first one sets where everybody begins. */
  async join(): Promise<ChangeBounds> {
    this.#readers += 1;
    try {
      const bounds = await changeBounds(this.#db);
      if (this.#readers === 1) [this.#recent, this.#floor, this.#head] = [[], bounds.newest, bounds.newest];
      // Something may have come since the bounds were read.
      this.wake();
      return bounds;
    } catch (error) {
      this.#readers -= 1;
      throw error;
    }
  }

  leave(): void {
    this.#readers -= 1;
  }

  /** Something was written, or may have been. */
  wake(): void {
    if (this.#readers === 0) return;
    if (this.#reading !== null) {
      this.#again = true;
      return;
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = null;
    });
  }

  /** Those after `after`, oldest first; waits for some until `until` is aborted. */
  async next(after: number, until: AbortSignal): Promise<ChangePage> {
    for (;;) {
      if (after < this.#floor) return this.#fromTable(after);
      const changes = this.#after(after);
      const last = changes.at(-1)?.id;
      if (last !== undefined) return { changes, last };
      if (until.aborted) return { changes: [], last: after };
      await this.#news(until);
    }
  }

  #after(after: number): Change[] {
    if (after >= this.#head) return [];
    const start = this.#recent.findIndex(({ id }) => id > after);
    return start === -1 ? [] : this.#recent.slice(start, start + PAGE);
  }

  /** Resolves when there is something new, or at the end. Nothing of it stays, however long there is no news. */
  async #news(until: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#waiting.add(wake);
    until.addEventListener('abort', wake, { once: true });
    await promise;
    this.#waiting.delete(wake);
    until.removeEventListener('abort', wake);
  }

  async #fromTable(after: number): Promise<ChangePage> {
    const turn = this.#turn.then(() => changesAfter(this.#db, after, PAGE));
    this.#turn = turn.catch(() => undefined);
    const changes = await turn;
    // Where there is nothing left in between, the reader has caught up.
    return { changes, last: changes.at(-1)?.id ?? Math.max(after, this.#floor) };
  }

  async #read(): Promise<void> {
    try {
      do {
        this.#again = false;
        const found = await changesAfter(this.#db, this.#head, KEPT);
        this.#take(found);
        if (found.length === KEPT) this.#again = true;
      } while (this.#again);
    } catch (error) {
      // Listening begins anew when the database is back, and that wakes.
      this.#logger.warn({ err: error }, 'changes could not be read');
    }
  }

  #take(found: readonly Change[]): void {
    const last = found.at(-1);
    if (last === undefined) return;
    this.#recent.push(...found);
    this.#head = last.id;
    const over = this.#recent.splice(0, Math.max(0, this.#recent.length - KEPT)).at(-1);
    if (over !== undefined) this.#floor = over.id;
    for (const wake of this.#waiting) wake();
  }
}
