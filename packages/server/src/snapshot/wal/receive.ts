/**
 * A server's log into the store, as it is written: what lies behind the last confirmed position is asked for again after a crash.
 * A segment that is still being filled is stored in stretches; when it is full it takes their place, so that they stay few.
 */
import { Failure } from '@slipway/contracts/failure';
import type { Lsn, WalPiece } from '../../ports/wal-source.ts';
import type { Repository } from '../repository.ts';
import { type Lineage, type Stretch, segmentStart, stretchName } from './chain.ts';
import { putSealed } from './sealed-blob.ts';

/** So many stretches of one segment are put together into one. */
const MOST_STRETCHES = 64;

export interface WalWriterSettings {
  readonly to: Repository;
  readonly lineage: Lineage;
  readonly segmentBytes: number;
  /** Stretches that are in the store already and reach into the segment at which receiving begins. */
  readonly there: readonly Stretch[];
  /** Where receiving begins: the start of a segment. */
  readonly start: Lsn;
  readonly onStored: (end: Lsn, at: number) => void;
}

export class WalWriter {
  readonly #settings: WalWriterSettings;
  readonly #bytes: Buffer;
  #segment: Lsn;
  #end: Lsn;
  #stored: Lsn;
  #parts: Stretch[];
  /** What was committed by then lies before the position: the newest that is known. */
  #moments: { readonly at: number; readonly flushed: Lsn }[] = [];
  #at = 0;

  constructor(settings: WalWriterSettings) {
    this.#settings = settings;
    this.#bytes = Buffer.alloc(settings.segmentBytes);
    this.#segment = settings.start;
    this.#end = settings.start;
    this.#parts = settings.there.filter(({ end }) => end > settings.start);
    this.#stored = this.#parts.reduce((most, { end }) => (end > most ? end : most), settings.start);
    this.#at = Math.max(0, ...settings.there.map(({ at }) => at));
  }

  get stored(): Lsn {
    return this.#stored;
  }
  get end(): Lsn {
    return this.#end;
  }

  /** Failures: wal-lost (the server left something out), and the store's. */
  async take({ start, bytes }: WalPiece): Promise<void> {
    if (start !== this.#end)
      throw new Failure('wal-lost', { reason: `the server went on at ${start} instead of ${this.#end}` });
    for (let rest = bytes; rest.length > 0; ) {
      const place = Number(this.#end - this.#segment);
      const count = rest.copy(this.#bytes, place);
      this.#end += BigInt(count);
      rest = rest.subarray(count);
      if (place + count === this.#settings.segmentBytes) await this.#finishSegment();
    }
  }

  /** What was committed at `at` or before lies before `flushed`. */
  know(at: number, flushed: Lsn): void {
    this.#moments.push({ at, flushed });
  }

  /** Stores what was received. Answers the moment up to which everything is stored. */
  async flush(): Promise<number> {
    if (this.#end > this.#stored) {
      if (this.#parts.length >= MOST_STRETCHES) await this.#store(this.#segment);
      else await this.#store(this.#stored > this.#segment ? this.#stored : this.#segment);
    }
    return this.#reached();
  }

  /** Never later than what lies behind the end. */
  #reached(): number {
    for (const { at, flushed } of this.#moments) if (flushed <= this.#end && at > this.#at) this.#at = at;
    this.#moments = this.#moments.filter(({ flushed }) => flushed > this.#end);
    return this.#at;
  }

  async #finishSegment(): Promise<void> {
    await this.#store(this.#segment);
    this.#segment = segmentStart(this.#end, this.#settings.segmentBytes);
    this.#parts = [];
  }

  /** From `start` to the end; what it makes needless goes when it is there. */
  async #store(start: Lsn): Promise<void> {
    const { to, lineage, onStored } = this.#settings;
    const stretch = { start, end: this.#end, at: this.#reached() };
    const content = this.#bytes.subarray(Number(start - this.#segment), Number(this.#end - this.#segment));
    const name = stretchName(lineage, stretch);
    await putSealed(to, name, content);
    const covered = this.#parts.filter((part) => part.start >= start && part.end <= stretch.end);
    this.#parts = [...this.#parts.filter((part) => !covered.includes(part)), stretch];
    this.#stored = stretch.end;
    onStored(stretch.end, stretch.at);
    for (const part of covered)
      if (stretchName(lineage, part) !== name) await to.store.remove(stretchName(lineage, part));
  }
}
