/** Pure: which stretches of a log are in the store, what they are called, and whether they hang together. */
import type { Lsn } from '../../ports/wal-source.ts';

/** One history of one server: another timeline is another history. */
export interface Lineage {
  readonly project: string;
  readonly system: string;
  readonly timeline: number;
}

/** The log from `start` to `end`, not beyond one segment. What was committed at `at` or before lies before `end`. */
export interface Stretch {
  readonly start: Lsn;
  readonly end: Lsn;
  /** Milliseconds since 1970, of the server's clock. */
  readonly at: number;
}

const hex = (lsn: Lsn): string => lsn.toString(16).padStart(16, '0');

export const WAL = 'wal/';
export const lineageName = ({ project, system, timeline }: Lineage): string =>
  `${WAL}${project}/${system}-${timeline.toString(16).padStart(8, '0')}/`;
/** In order of the names is in order of the log. */
export const stretchName = (of: Lineage, { start, end, at }: Stretch): string =>
  `${lineageName(of)}${hex(start)}-${hex(end)}-${at}`;

export const readStretch = (name: string): Stretch | null => {
  const found = /([0-9a-f]{16})-([0-9a-f]{16})-(\d+)$/.exec(name);
  return found === null ? null : { start: BigInt(`0x${found[1]}`), end: BigInt(`0x${found[2]}`), at: Number(found[3]) };
};

/** From `start` on without a gap, each time the stretch that leads furthest; they may overlap. */
export const chainFrom = (all: readonly Stretch[], start: Lsn): Stretch[] => {
  const sorted = [...all].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const chain: Stretch[] = [];
  let [end, next] = [start, 0];
  for (;;) {
    let best: Stretch | null = null;
    for (; next < sorted.length && (sorted[next] as Stretch).start <= end; next++) {
      const one = sorted[next] as Stretch;
      if (one.end > end && (best === null || one.end > best.end)) best = one;
    }
    if (best === null) return chain;
    chain.push(best);
    end = best.end;
  }
};

/** What a server with `synchronous_commit = off` writes down late was committed before. Replay stops at the moment all the same. */
const SLACK_MILLISECONDS = 60_000;

/** As much of a chain as the moment needs: everything behind the last one was written after it. */
export const untilMoment = (chain: readonly Stretch[], moment: number): Stretch[] => {
  const last = chain.findIndex(({ at }) => at >= moment + SLACK_MILLISECONDS);
  return last === -1 ? [...chain] : chain.slice(0, last + 1);
};

export const segmentStart = (lsn: Lsn, bytes: number): Lsn => lsn - (lsn % BigInt(bytes));

/** The name of a segment's file in PostgreSQL's pg_wal. */
export const segmentFile = (timeline: number, start: Lsn, bytes: number): string => {
  const perLog = 0x1_0000_0000n / BigInt(bytes);
  const number = start / BigInt(bytes);
  return [BigInt(timeline), number / perLog, number % perLog]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
};
