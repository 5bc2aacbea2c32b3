/** Rows out of the database, part by part: copied, looked through, stored. What was found to hold a real value is never stored. */

import { chunked } from '../domain/chunked.ts';
import { quoteName } from '../domain/quote.ts';
import type { SnapshotTable } from '../domain/snapshot.ts';
import type { ExportSession } from '../ports/database-copy.ts';
import { Backlog } from './backlog.ts';
import { inParallel } from './in-parallel.ts';
import type { ObjectWriter } from './objects.ts';
import { countRows, PartMemory, partsOf } from './parts.ts';
import type { Meter } from './progress.ts';
import { bundleOf, isBundled, isRanged, rangesOf } from './ranges.ts';
import type { LeakScanner } from './scanner.ts';
import { columnsOf, type KeyRange, type Outgoing, selectOf } from './select.ts';

export interface TableExport {
  readonly session: ExportSession;
  readonly objects: ObjectWriter;
  readonly scanner: LeakScanner;
  readonly meter: Meter;
  readonly workers: number;
  readonly signal: AbortSignal;
}

type Piece = SnapshotTable['parts'][number];

/** One table on its way into the manifest; ranges arrive in any order. */
interface Collected {
  readonly outgoing: Outgoing;
  rows: number;
  /** Null: not stored yet, or never, because something was found. */
  readonly pieces: Map<number, (Piece | null)[]>;
}

/** Parts that are looked through, packed or written while the next ones come: with those that are being read about 50 MB, whatever the size of the database. */
const UNFINISHED_PARTS = 4;

interface Exporting extends TableExport {
  readonly backlog: Backlog;
  readonly memory: PartMemory;
}

interface Job {
  readonly bytes: number;
  run(): Promise<void>;
}

export const exportTables = async (
  tables: readonly Outgoing[],
  from: TableExport,
): Promise<readonly SnapshotTable[]> => {
  const at = { ...from, backlog: new Backlog(UNFINISHED_PARTS), memory: new PartMemory() };
  const collected = tables.map((outgoing): Collected => ({ outgoing, rows: 0, pieces: new Map() }));
  const jobs = await jobsOf(
    collected.filter(({ outgoing }) => outgoing.masked?.action !== 'empty'),
    at,
  );
  at.meter.begin(
    'rows',
    jobs.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  try {
    await inParallel(jobs, at.workers, async (job) => {
      at.signal.throwIfAborted();
      await job.run();
      at.meter.add(job.bytes);
    });
    await at.backlog.done();
  } finally {
    await at.backlog.settle();
  }
  return collected
    .map(({ outgoing, rows, pieces }) => ({
      table: outgoing.table.name,
      columns: columnsOf(outgoing).map(({ name }) => name),
      rows,
      parts: [...pieces].sort(([a], [b]) => a - b).flatMap(([, list]) => list.filter((piece) => piece !== null)),
    }))
    .sort((a, b) => a.table.localeCompare(b.table));
};

/** The largest first, so that no worker is last and alone. */
const jobsOf = async (tables: readonly Collected[], at: Exporting): Promise<readonly Job[]> => {
  const jobs: Job[] = [];
  const bundles = new Map<number, Collected[]>();
  for (const one of tables) {
    const { table } = one.outgoing;
    if (isBundled(table)) bundles.set(bundleOf(table.name), [...(bundles.get(bundleOf(table.name)) ?? []), one]);
    else {
      const runs = isRanged(table) ? runsOf(await readRanges(at.session, one.outgoing)) : [null];
      const bytes = table.bytes / Math.max(runs.length, 1);
      jobs.push(...runs.map((run) => ({ bytes, run: () => exportRows(one, run, at) })));
    }
  }
  for (const list of bundles.values()) {
    const bytes = list.reduce((sum, { outgoing }) => sum + outgoing.table.bytes, 0);
    jobs.push({ bytes, run: () => exportBundle(list, at) });
  }
  return jobs.sort((a, b) => b.bytes - a.bytes);
};

const readRanges = async (session: ExportSession, { table }: Outgoing): Promise<readonly KeyRange[]> => {
  const column = quoteName(table.key[0] as string);
  const text = `SELECT min(${column})::text AS least, max(${column})::text AS most FROM ONLY public.${quoteName(table.name)}`;
  const [row] = await session.query({ text, parameters: [] });
  if (row?.least == null) return [];
  return rangesOf(table.bytes, BigInt(String(row.least)), BigInt(String(row.most)));
};

/** Neighbours that one statement reads: planning masks takes PostgreSQL longer than masking a thousand rows, and what a mask looks up it looks up anew in each. */
interface Run {
  readonly ranges: readonly KeyRange[];
  /** The first one's, among all of the table. */
  readonly place: number;
}
const RANGES_OF_A_RUN = 8;

const runsOf = (ranges: readonly KeyRange[]): readonly Run[] =>
  chunked(ranges, RANGES_OF_A_RUN).map((some, i) => ({ ranges: some, place: i * RANGES_OF_A_RUN }));

/** `run` null: the whole table. */
const exportRows = async (to: Collected, run: Run | null, at: Exporting): Promise<void> => {
  const [first, last] = [run?.ranges[0], run?.ranges.at(-1)];
  const range = first === undefined || last === undefined ? null : { from: first.from, to: last.to };
  const cuts = {
    field: columnsOf(to.outgoing).findIndex(({ name }) => name === to.outgoing.table.key[0]),
    borders: run?.ranges.slice(1).map(({ from }) => from) ?? [],
  };
  for await (const part of partsOf(at.session.copyOut(selectOf(to.outgoing, range)), at.memory, cuts)) {
    at.signal.throwIfAborted();
    to.rows += countRows(part.bytes);
    const place = (run?.place ?? 0) + part.range;
    const pieces = to.pieces.get(place) ?? [];
    to.pieces.set(place, pieces);
    const nth = pieces.push(null) - 1;
    await at.backlog.add(async () => {
      pieces[nth] = await store(part.bytes, [{ outgoing: to.outgoing, start: 0, end: part.bytes.length }], at);
      part.giveBack();
    });
  }
};

interface Span {
  readonly outgoing: Outgoing;
  readonly start: number;
  readonly end: number;
}

/** Small tables in one object. One that turned out larger keeps what is over in parts of its own. */
const exportBundle = async (tables: readonly Collected[], at: Exporting): Promise<void> => {
  const bundle: Bundle = { chunks: [], spans: [], length: 0 };
  for (const to of tables) await exportSmall(to, bundle, at);
  if (bundle.length === 0) return;
  await at.backlog.add(async () => {
    const stored = await store(Buffer.concat(bundle.chunks, bundle.length), bundle.spans, at);
    if (stored === null) return;
    for (const { to, start, end } of bundle.spans)
      to.pieces.set(0, [{ ...stored, offset: start, length: end - start }]);
  });
};

interface Bundle {
  readonly chunks: Buffer[];
  readonly spans: (Span & { readonly to: Collected })[];
  length: number;
}

const MOST_IN_BUNDLE = 2 * 1024 * 1024;

const exportSmall = async (to: Collected, bundle: Bundle, at: Exporting): Promise<void> => {
  let place = 0;
  for await (const { bytes, giveBack } of partsOf(at.session.copyOut(selectOf(to.outgoing, null)), at.memory)) {
    at.signal.throwIfAborted();
    to.rows += countRows(bytes);
    if (place === 0 && bytes.length <= MOST_IN_BUNDLE) {
      const start = bundle.length;
      bundle.length += bytes.length;
      bundle.spans.push({ to, outgoing: to.outgoing, start, end: bundle.length });
      bundle.chunks.push(Buffer.from(bytes));
    } else {
      const stored = await store(bytes, [{ outgoing: to.outgoing, start: 0, end: bytes.length }], at);
      if (stored !== null) to.pieces.set(place, [stored]);
    }
    giveBack();
    place++;
  }
};

/** Looked through before a byte of it is stored. Once something was found nothing more is stored, but everything is still looked through. */
const store = async (
  content: Buffer,
  spans: readonly Span[],
  { scanner, objects }: TableExport,
): Promise<Piece | null> => {
  for (const { outgoing, start, end } of spans)
    await scanner.isClean(content.subarray(start, end), { table: outgoing.table.name, columns: columnsOf(outgoing) });
  return scanner.leaks.length > 0 ? null : objects.put(content);
};
