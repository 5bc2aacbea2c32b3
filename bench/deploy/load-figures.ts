import { quantile } from '../shared/figures.ts';
import type { Answered, Kind } from './load-client.ts';

interface Sample {
  readonly kind: Kind;
  readonly outcome: Answered['outcome'];
  readonly ms: number;
  /** Milliseconds after the beginning at which it was due. */
  readonly due: number;
  readonly why: string;
}

const READS: ReadonlySet<Kind> = new Set(['page', 'read-rpc', 'read-json2']);
const round = (value: number): number => Math.round(value * 10) / 10;

/** What a load came to. */
export class Figures {
  readonly #about: object;
  readonly #samples: Sample[] = [];
  #begun = { at: new Date(), tick: 0 };

  constructor(about: object) {
    this.#about = about;
  }

  /** By performance.now(). */
  begin(): number {
    this.#begun = { at: new Date(), tick: performance.now() };
    return this.#begun.tick;
  }

  /** `due`: by performance.now(); now is when it was answered. */
  add({
    kind,
    due,
    outcome,
    why = '',
  }: Omit<Answered, 'stored'> & { readonly kind: Kind; readonly due: number }): void {
    this.#samples.push({ kind, outcome, ms: performance.now() - due, due: due - this.#begun.tick, why });
  }

  summary(): object {
    const { refused, reads } = this.#groups();
    const writes = refused.filter(({ kind }) => kind === 'create');
    const times = writes.map(({ due, ms }) => due + ms).sort((a, b) => a - b);
    return {
      bench: 'deploy-load',
      ...this.#about,
      beganAt: this.#begun.at.toISOString(),
      requests: this.#samples.length,
      failed: this.#failed(),
      refusedWrites: {
        count: writes.length,
        first: times[0] === undefined ? null : this.#time(times[0]),
        last: times.length === 0 ? null : this.#time(times.at(-1) ?? 0),
      },
      refusedLogins: refused.filter(({ kind }) => kind === 'login').length,
      refusedReads: refused.filter(({ kind }) => READS.has(kind)).length,
      latency: this.#latency(),
      readsServed: reads.filter(({ outcome }) => outcome === 'ok').length,
      timeline: this.#timeline(),
    };
  }

  #groups() {
    return {
      refused: this.#samples.filter(({ outcome }) => outcome === 'refused'),
      reads: this.#samples.filter(({ kind }) => READS.has(kind)),
    };
  }

  #failed(): object {
    const failed = this.#samples.filter(({ outcome }) => outcome === 'failed');
    const first = failed.slice(0, 20).map(({ kind, due, why }) => ({ kind, at: this.#time(due), why }));
    return { count: failed.length, reads: failed.filter(({ kind }) => READS.has(kind)).length, first };
  }

  /** Of what was answered as asked. Added: the worst above the median of its kind. */
  #latency(): object {
    const kinds = [...new Set(this.#samples.map(({ kind }) => kind))];
    const rows = kinds.map((kind) => {
      const served = this.#samples.filter((sample) => sample.kind === kind && sample.outcome === 'ok');
      const all = served.map(({ ms }) => ms);
      const worst = served.reduce<Sample | null>(
        (most, sample) => (most && most.ms >= sample.ms ? most : sample),
        null,
      );
      const p50 = quantile(all, 0.5);
      const at = worst ? this.#time(worst.due) : null;
      const times = { p50: round(p50), p99: round(quantile(all, 0.99)), worst: round(worst?.ms ?? Number.NaN) };
      return [kind, { ...times, worstAdded: round((worst?.ms ?? Number.NaN) - p50), worstAt: at }] as const;
    });
    const worstAdded = Math.max(...rows.map(([, { worstAdded: added }]) => (Number.isNaN(added) ? 0 : added)));
    return { worstAddedMs: round(worstAdded), byKind: Object.fromEntries(rows) };
  }

  /** One row a second: [second, asked, failed, refused, worst ms]. */
  #timeline(): readonly (readonly number[])[] {
    const rows = new Map<number, [number, number, number, number, number]>();
    for (const { due, outcome, ms } of this.#samples) {
      const second = Math.floor(due / 1000);
      const row = rows.get(second) ?? [second, 0, 0, 0, 0];
      row[1] += 1;
      if (outcome === 'failed') row[2] += 1;
      if (outcome === 'refused') row[3] += 1;
      row[4] = Math.max(row[4], Math.round(ms));
      rows.set(second, row);
    }
    return [...rows.values()].sort(([a], [b]) => a - b);
  }

  #time(milliseconds: number): string {
    return new Date(this.#begun.at.getTime() + milliseconds).toISOString();
  }
}
