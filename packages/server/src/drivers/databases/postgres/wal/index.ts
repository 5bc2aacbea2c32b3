import { Failure } from '@slipway/contracts/failure';
import type { Clock } from '../../../../domain/clock.ts';
import type { DatabaseAddress } from '../../../../ports/database-copy.ts';
import type { BaseStream, WalServer, WalSource, WalStream } from '../../../../ports/wal-source.ts';
import { connected } from '../copy/client.ts';
import { asArchiveFailure, connectForReplication, type Row } from './client.ts';
import { printLsn, readLsn, readMessage, statusUpdate } from './messages.ts';

const OLDEST = 15;
const MEGABYTE = 1024 * 1024;
/** A server takes a reader for dead that says nothing for a minute. */
const SAY_EVERY_MILLISECONDS = 10_000;
/** A replaying server refuses to be asked anything when it has less of these. */
const AT_LEAST = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
] as const;

/** The log of PostgreSQL 15 to 18, by the protocol that its own standbys speak. */
export const openWalSource = (clock: Pick<Clock, 'now'>): WalSource => ({
  look,
  ensureSlot: (at, slot) =>
    asked(at, async (ask) => {
      if ((await ask('SELECT FROM pg_replication_slots WHERE slot_name = $1', [slot])).length > 0) return false;
      await ask('SELECT pg_create_physical_replication_slot($1, true)', [slot]);
      return true;
    }),
  dropSlot: (at, slot) =>
    asked(at, async (ask) => {
      await ask(
        'SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = $1 AND active',
        [slot],
      );
      await ask('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [slot]);
    }),
  moment: (at, slot) =>
    asked(at, async (ask) => {
      // The time first: whatever was flushed before it lies before the position.
      const [row] = await ask(
        `SELECT clock_timestamp() AS at, pg_current_wal_flush_lsn()::text AS flushed,
           (SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::text FROM pg_replication_slots WHERE slot_name = $1) AS retained`,
        [slot],
      );
      return {
        at: row?.['at'] as Date,
        flushed: readLsn(String(row?.['flushed'])),
        retained: Math.max(0, Number(row?.['retained'] ?? 0)),
      };
    }),
  receive: (at, from) => receive(at, from, clock),
  base,
});

type Ask = (text: string, parameters?: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;

const asked = <T>(at: DatabaseAddress, work: (ask: Ask) => Promise<T>): Promise<T> =>
  connected(at, (connection) => work((text, parameters = []) => connection.run({ text, parameters }))).catch(
    (error: unknown) => {
      const cause = error instanceof Failure && error.code === 'database-refused' ? error.cause : error;
      throw asArchiveFailure(cause ?? error);
    },
  );

const look = async (at: DatabaseAddress): Promise<WalServer> => {
  const facts = await asked(at, async (ask) => {
    const rows = await ask(
      `SELECT name, setting FROM pg_settings
       WHERE name = ANY ($1) OR name IN ('server_version_num', 'wal_segment_size', 'max_slot_wal_keep_size', 'wal_level')`,
      [AT_LEAST],
    );
    const [superuser] = await ask('SELECT rolname FROM pg_roles WHERE oid = 10');
    const spaces = await ask('SELECT spcname FROM pg_tablespace WHERE oid >= 16384');
    return { settings: new Map(rows.map((row) => [String(row['name']), String(row['setting'])])), superuser, spaces };
  });
  const setting = (name: string): string => facts.settings.get(name) ?? '';
  const major = Math.floor(Number(setting('server_version_num')) / 10_000);
  const refuse = (reason: string): Failure => new Failure('archive-refused', { reason });
  if (major < OLDEST) throw refuse(`PostgreSQL ${major} is older than ${OLDEST}`);
  if (setting('wal_level') === 'minimal') throw refuse('its wal_level is `minimal`');
  if (facts.spaces.length > 0) throw refuse('it has tablespaces outside its data folder');
  const { systemid, timeline } = await identify(at);
  const keeps = Number(setting('max_slot_wal_keep_size'));
  return {
    system: String(systemid),
    timeline: Number(timeline),
    major,
    segmentBytes: Number(setting('wal_segment_size')),
    superuser: String(facts.superuser?.['rolname']),
    settings: Object.fromEntries(AT_LEAST.map((name) => [name, setting(name)])),
    keepsAtMost: keeps < 0 ? null : keeps * MEGABYTE,
  };
};

const identify = async (at: DatabaseAddress): Promise<Row> => {
  const connection = await connectForReplication(at);
  try {
    return (await connection.run('IDENTIFY_SYSTEM'))[0] ?? {};
  } finally {
    connection.close();
  }
};

const receive = async (
  at: DatabaseAddress,
  { slot, start, timeline, signal }: Parameters<WalSource['receive']>[1],
  clock: Pick<Clock, 'now'>,
): Promise<WalStream> => {
  if (!/^[a-z0-9_]{1,63}$/.test(slot)) throw new Error(`not a name of a slot: ${slot}`);
  const connection = await connectForReplication(at);
  const copying = connection.copy(`START_REPLICATION SLOT "${slot}" PHYSICAL ${printLsn(start)} TIMELINE ${timeline}`);
  let stored = 0n;
  const say = (): void => copying.send(statusUpdate(stored, clock.now()));
  async function* pieces(): AsyncGenerator<{ start: bigint; bytes: Buffer }> {
    const timer = setInterval(say, SAY_EVERY_MILLISECONDS);
    const stop = (): void => connection.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const message of copying.pieces) {
        const read = readMessage(message);
        if (read.kind === 'piece') yield { start: read.start, bytes: read.bytes };
        else if (read.wantsReply) say();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
      connection.close();
    }
  }
  return {
    [Symbol.asyncIterator]: pieces,
    confirm: (position) => {
      stored = position;
      say();
    },
  };
};

const NEW_ARCHIVE = 0x6e; // n
const DATA = 0x64; // d

/** The checkpoint in front is a fast one: a spread one would take as long as the server's checkpoints are apart. */
const BASE_BACKUP = `BASE_BACKUP (LABEL 'slipway', CHECKPOINT 'fast', WAIT false, MANIFEST 'no')`;

const base = async (at: DatabaseAddress, signal: AbortSignal): Promise<BaseStream> => {
  const connection = await connectForReplication(at);
  const stop = (): void => connection.close();
  signal.addEventListener('abort', stop, { once: true });
  const copying = connection.copy(BASE_BACKUP);
  await copying.began.catch((error: unknown) => {
    stop();
    throw signal.aborted ? signal.reason : error;
  });
  const first = copying.rows[0];
  async function* archive(): AsyncGenerator<Buffer> {
    let archives = 0;
    try {
      for await (const message of copying.pieces) {
        if (message[0] === NEW_ARCHIVE && ++archives > 1)
          throw new Failure('archive-refused', { reason: 'it has tablespaces outside its data folder' });
        if (message[0] === DATA) yield message.subarray(1);
      }
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      stop();
      signal.removeEventListener('abort', stop);
    }
  }
  return {
    start: readLsn(String(first?.['recptr'])),
    timeline: Number(first?.['tli']),
    archive: archive(),
    end: () => readLsn(String(copying.rows.at(-1)?.['recptr'])),
  };
};
