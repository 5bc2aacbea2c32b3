/** A server as it was at a moment: a copy of its folder, replayed up to there, on a PostgreSQL of its own. */
import { Failure } from '@slipway/contracts/failure';
import type { Clock } from '../../domain/clock.ts';
import type { RecoveryServer, RecoveryServers } from '../../ports/recovery-servers.ts';
import type { SqlDatabases } from '../../ports/sql-databases.ts';
import type { Lsn } from '../../ports/wal-source.ts';
import type { Repository } from '../repository.ts';
import { chainEnd, layOut } from './lay-out.ts';
import type { Reach } from './window.ts';

export interface Recover {
  readonly from: Repository;
  readonly reach: Reach;
  readonly moment: Date;
  readonly folder: string;
  readonly servers: RecoveryServers;
  readonly sql: SqlDatabases;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MILLISECONDS = 500;
/** It waits for more log, ten seconds long, and there is none: what follows cannot be read. */
const MOST_WAITING_LOOKS = 20;
/** Half an hour in which it lets nobody in: then it is not on its way to a state that could be read. */
const MOST_SILENT_LOOKS = 3600;

/**
 * Whoever calls stops the server and removes its folder.
 * Failures: archive-damaged, snapshot-key-wrong, disk-full, recovery-impossible, recovery-failed, and the store's.
 */
export const recoverAt = async (wanted: Recover): Promise<RecoveryServer> => {
  const { reach, servers, folder, onProgress } = wanted;
  const { base, chain } = reach;
  const { from, moment, signal } = wanted;
  // What an earlier try left that was killed.
  await servers.remove(folder);
  onProgress(`copy ${base.id} of ${base.finishedAt}, and ${chain.length} stretches of the log behind it`);
  await layOut({ from, base, chain, moment, signal, ...(await servers.prepare(folder)) });
  const server = await servers.start({ folder, major: base.server.major });
  try {
    await replayed(server, wanted);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
};

interface Look {
  /** It has met the first commit after the moment, and goes no further. */
  readonly isThere: boolean;
  readonly waits: boolean;
  readonly replayed: Lsn;
}

/**
 * Until the moment or the end of the log. A server that cannot be asked yet is one that starts. It stays a standby, which may be read:
 * PostgreSQL does not make an end of a replay that never met its moment.
 */
const replayed = async (server: RecoveryServer, wanted: Recover): Promise<void> => {
  const { reach, clock, signal } = wanted;
  const end = chainEnd(reach.chain, reach.base.end);
  let [best, waiting, silent] = [0n, 0, 0];
  for (;;) {
    signal.throwIfAborted();
    const look = await lookAt(server, wanted);
    const at = look?.replayed ?? 0n;
    // Nothing was committed between the last stored byte and the moment, so the end of the log is the moment.
    const isAtEnd = look?.waits === true && at > 0n && end - at < BigInt(reach.base.server.segmentBytes);
    if (look?.isThere === true || isAtEnd) return;
    silent = look === null ? silent + 1 : 0;
    waiting = look?.waits === true && at <= best ? waiting + 1 : 0;
    best = at > best ? at : best;
    if (waiting > MOST_WAITING_LOOKS || silent > MOST_SILENT_LOOKS || (await server.hasEnded()))
      throw new Failure('recovery-failed', { bytes: String(end - best), reason: await server.said() });
    await clock.sleep(LOOK_EVERY_MILLISECONDS);
  }
};

const LOOK = `SELECT pg_get_wal_replay_pause_state() = 'paused' AS "isThere", (pg_last_wal_replay_lsn() - '0/0')::text AS replayed,
  EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'startup' AND wait_event = 'RecoveryRetrieveRetryInterval') AS waits`;

const lookAt = async (server: RecoveryServer, { sql, reach }: Recover): Promise<Look | null> => {
  try {
    const { rows } = await sql.read(server.address('postgres', reach.base.server.superuser), (session) =>
      session.run({ text: LOOK, parameters: [] }),
    );
    const { isThere, waits, replayed: at } = rows[0] ?? {};
    return { isThere: isThere === true, waits: waits === true, replayed: BigInt(String(at ?? 0)) };
  } catch {
    return null;
  }
};
