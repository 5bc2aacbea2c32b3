/** Work that goes on while more of it is brought: a connection need not wait until what it gave was looked through and stored. */
export class Backlog {
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  /** How many pieces of work may be unfinished: each holds its bytes in memory. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits for room, not for the work. Rejects with what failed before. */
  async add(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#limit && this.#failure === null) await Promise.race(this.#running);
    this.#throwFailure();
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Until nothing runs any more, also when something failed: nothing is stored behind the caller's back. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Rejects with the first failure. */
  async done(): Promise<void> {
    await this.settle();
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
