import type { Clock } from '../domain/clock.ts';

export type Phase = 'prepare' | 'schema' | 'rows' | 'files' | 'indexes' | 'publish';

export interface Progress {
  readonly phase: Phase;
  /** Bytes of this phase; `total` is an estimate, 0: unknown. */
  readonly done: number;
  readonly total: number;
  readonly bytesPerSecond: number;
  /** Null: nobody can tell yet. */
  readonly secondsLeft: number | null;
}

export type OnProgress = (progress: Progress) => void;

const EVERY_MILLISECONDS = 500;
/** Earlier, a rate is mostly chance. */
const TELLING_MILLISECONDS = 1000;

/** Counts, and tells not more often than anyone can read. */
export class Meter {
  readonly #clock: Clock;
  readonly #tell: OnProgress;
  #phase: Phase = 'prepare';
  #done = 0;
  #total = 0;
  #began = 0;
  #told = 0;

  constructor(clock: Clock, tell: OnProgress) {
    this.#clock = clock;
    this.#tell = tell;
  }

  begin(phase: Phase, total: number): void {
    this.#phase = phase;
    this.#done = 0;
    this.#total = total;
    this.#began = this.#clock.now().getTime();
    this.#report(this.#began);
  }

  add(bytes: number): void {
    this.#done += bytes;
    const now = this.#clock.now().getTime();
    if (now - this.#told >= EVERY_MILLISECONDS) this.#report(now);
  }

  #report(now: number): void {
    this.#told = now;
    const seconds = (now - this.#began) / 1000;
    const rate = seconds === 0 ? 0 : this.#done / seconds;
    const telling = now - this.#began >= TELLING_MILLISECONDS && rate > 0 && this.#total > 0;
    this.#tell({
      phase: this.#phase,
      done: this.#done,
      total: this.#total,
      bytesPerSecond: Math.round(rate),
      secondsLeft: telling ? Math.max(0, Math.ceil((this.#total - this.#done) / rate)) : null,
    });
  }
}
