/** Keeps receiving one server's log, and says every few seconds up to when everything is stored. */
import { Failure } from '@slipway/contracts/failure';
import type { Clock } from '../../domain/clock.ts';
import type { DatabaseAddress } from '../../ports/database-copy.ts';
import type { Lsn, WalServer, WalSource, WalStream } from '../../ports/wal-source.ts';
import type { Repository } from '../repository.ts';
import { listBases } from './base.ts';
import { chainFrom, type Lineage, segmentStart, WAL } from './chain.ts';
import { WalWriter } from './receive.ts';
import { stretchesOf } from './window.ts';

export interface ArchiveState {
  readonly lineage: Lineage;
  /** Everything that was committed by then is stored. */
  readonly until: Date;
  readonly stored: Lsn;
  /** Bytes of log that the server keeps because of us. */
  readonly retained: number;
}

export interface Archive {
  readonly project: string;
  readonly source: WalSource;
  readonly at: DatabaseAddress;
  readonly slot: string;
  readonly to: Repository;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly everyMilliseconds: number;
  readonly onState: (state: ArchiveState) => Promise<void>;
  /** The server has thrown away what was not stored yet: it goes on behind the gap. */
  readonly onLost: (failure: Failure) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Ends when the signal is aborted, or with a failure: those of WalSource and of the store, and archive-refused for a server that
 * would keep its log for us without any limit: it would fill its own disk while we are away.
 */
export const archive = async (wanted: Archive): Promise<void> => {
  const { project, source, at, slot, signal } = wanted;
  const server = await source.look(at);
  if (server.keepsAtMost === null)
    throw new Failure('archive-refused', {
      reason: 'its `max_slot_wal_keep_size` is -1, so its disk would fill up while Slipway is away',
    });
  const lineage = { project, system: server.system, timeline: server.timeline };
  // A store that cannot be written is met before the server keeps anything for us; one that is new is there afterwards.
  await wanted.to.store.put(`${WAL}${project}/reader`, Buffer.from(slot));
  await source.ensureSlot(at, slot);
  try {
    await receiveFrom(await whereToBegin(wanted, server, lineage), wanted, server);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'wal-lost' || signal.aborted) throw error;
    await wanted.onLost(error);
    await source.dropSlot(at, slot);
    await source.ensureSlot(at, slot);
    const { flushed } = await source.moment(at, slot);
    await receiveFrom(segmentStart(flushed, server.segmentBytes), wanted, server);
  }
};

const receiveFrom = async (start: Lsn, wanted: Archive, server: WalServer): Promise<void> => {
  const { project, source, at, slot, to, signal } = wanted;
  const lineage = { project, system: server.system, timeline: server.timeline };
  // Only what hangs together: what comes behind a gap is stored again.
  const there = chainFrom(await stretchesOf(to, lineage), start);
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  const stream = await source.receive(at, { slot, start, timeline: server.timeline, signal: both });
  const writer = new WalWriter({
    ...{ to, lineage, segmentBytes: server.segmentBytes, there, start },
    onStored: (end) => stream.confirm(end),
  });
  const inTurn = oneAtATime();
  try {
    await Promise.race([
      takeAll(stream, (piece) => inTurn(() => writer.take(piece))),
      tellAgain({ ...wanted, signal: both }, { lineage, writer, inTurn }),
    ]);
  } finally {
    ending.abort();
    // What was received is stored before the connection goes, where the store still answers.
    await inTurn(() => writer.flush()).catch(() => undefined);
  }
};

/** The segment in which the stored log ends; a server whose log is not stored yet begins where it is now. */
const whereToBegin = async (
  { to, source, at, slot, project }: Archive,
  { segmentBytes }: WalServer,
  lineage: Lineage,
): Promise<Lsn> => {
  const all = await stretchesOf(to, lineage);
  const newest = all.reduce((latest, { end }) => (end > latest ? end : latest), 0n);
  const { flushed } = await source.moment(at, slot);
  const bases = (await listBases(to, project)).filter(({ lineage: of }) => of.system === lineage.system);
  const last = bases.at(-1);
  const from = newest > 0n ? newest : (last?.start ?? flushed);
  return segmentStart(from, segmentBytes);
};

const takeAll = async (
  stream: WalStream,
  take: (piece: { readonly start: Lsn; readonly bytes: Buffer }) => Promise<void>,
): Promise<void> => {
  for await (const piece of stream) await take(piece);
};

const tellAgain = async (
  { source, at, slot, clock, everyMilliseconds, onState, signal }: Archive,
  {
    lineage,
    writer,
    inTurn,
  }: { readonly lineage: Lineage; readonly writer: WalWriter; readonly inTurn: ReturnType<typeof oneAtATime> },
): Promise<void> => {
  while (!signal.aborted) {
    const moment = await source.moment(at, slot);
    writer.know(moment.at.getTime(), moment.flushed);
    await arrived(writer, moment.flushed, { clock, signal });
    const until = new Date(await inTurn(() => writer.flush()));
    await onState({ lineage, until, stored: writer.stored, retained: moment.retained });
    await clock.sleep(everyMilliseconds, signal);
  }
};

const ARRIVAL_LOOKS = 50;
const LOOK_MILLISECONDS = 20;

/** What was flushed a moment ago is on its way. A server that is far ahead is waited for a second, then the rest comes the next time. */
const arrived = async (
  writer: WalWriter,
  position: Lsn,
  { clock, signal }: { readonly clock: Pick<Clock, 'sleep'>; readonly signal: AbortSignal },
): Promise<void> => {
  for (let look = 0; look < ARRIVAL_LOOKS && writer.end < position && !signal.aborted; look++)
    await clock.sleep(LOOK_MILLISECONDS, signal);
};

/** Pieces are taken and stored in turn: two writers of one buffer would mix. */
const oneAtATime = () => {
  let before: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = before.then(work, work);
    before = mine;
    return mine;
  };
};
