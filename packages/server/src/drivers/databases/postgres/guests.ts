import type pg from 'pg';

/** As long as the next step of a run takes to come. */
const LINGER_MILLISECONDS = 400;

/**
 * Connections of environments' own roles, for a moment after their work: what comes next asks the same tables, and a new process of
 * PostgreSQL reads up on each of them again, which takes longer than the questions. Nothing that was set or made in them is left.
 */
export class Guests {
  readonly #kept = new Map<string, { readonly client: pg.Client; readonly timer: NodeJS.Timeout }>();

  take(address: string): pg.Client | null {
    const found = this.#kept.get(address);
    if (found === undefined) return null;
    this.#kept.delete(address);
    clearTimeout(found.timer);
    return found.client;
  }

  /**
   * What ran in it may come from a repository, and the next to ask is the one who judges it: temporary tables, settings, a role that
   * was taken go first. https://www.postgresql.org/docs/current/sql-discard.html
   */
  async keep(address: string, client: pg.Client): Promise<void> {
    await client.query('discard all');
    if (this.#kept.has(address)) return client.end();
    const timer = setTimeout(() => {
      this.#kept.delete(address);
      void client.end().catch(() => undefined);
    }, LINGER_MILLISECONDS);
    timer.unref();
    this.#kept.set(address, { client, timer });
  }

  /** Before anything is done to a database as a whole: it must have no visitors. */
  async leave(): Promise<void> {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    for (const { timer } of all) clearTimeout(timer);
    await Promise.all(all.map(({ client }) => client.end().catch(() => undefined)));
  }
}
