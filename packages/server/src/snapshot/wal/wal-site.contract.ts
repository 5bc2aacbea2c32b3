/** For tests: a real server whose log is archived, folders as stores, and servers made of them. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '@slipway/contracts/failure';
import pg from 'pg';
import { expect } from 'vitest';
import { startPostgres } from '../../../../../test/setup/postgres.ts';
import { newId, systemClock } from '../../domain/clock.ts';
import { Secret } from '../../domain/secret.ts';
import { openFolderStore } from '../../drivers/blobs/folder/index.ts';
import { openPostgres } from '../../drivers/databases/postgres/index.ts';
import { openRecoveryServers } from '../../drivers/databases/postgres/recovery/index.ts';
import { openWalSource } from '../../drivers/databases/postgres/wal/index.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import { openRepository, type Repository } from '../repository.ts';
import { type ArchiveState, archive } from './archive.ts';
import { type Base, writeBase } from './base.ts';
import { lineageName } from './chain.ts';
import { recoverAt } from './recover.ts';
import { chooseReach, type Latest, reachable, windowsOf } from './window.ts';

export const SLOT = 'slipway_test';
export const WAL_KEY = new Secret('a-key-of-32-characters-or-longer!');
export const walSource = openWalSource(systemClock);
const { signal: never } = new AbortController();

export const placeOf = (store: BlobStore, key = WAL_KEY): Repository =>
  openRepository({ store, key, clock: systemClock, newId });

export const openWalSite = async () => {
  const server = await startPostgres({ replication: true });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-wal-'));
  await chmod(folder, 0o711);
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => undefined);
  await client.connect();
  const configure = async (settings: Readonly<Record<string, string>>): Promise<void> => {
    await client.query('alter system reset all');
    for (const [name, value] of Object.entries({ max_slot_wal_keep_size: '256MB', ...settings }))
      await client.query(`alter system set ${name} = '${value}'`);
    await client.query('select pg_reload_conf()');
  };
  await configure({});
  await client.query('create table notes (id serial primary key, text text)');
  await client.query('alter table notes alter text set storage external');
  const at = { url: new Secret(server.url) };
  const running: { stop(): Promise<void> }[] = [];
  const quiet = async (): Promise<void> => {
    for (const { stop } of running.splice(0)) await stop();
  };
  const access = { host: 'localhost', port: 1, socketFolder: null };
  const sql = openPostgres({ url: at.url, instance: 'test', access });
  const servers = openRecoveryServers({
    ...{ root: join(folder, 'r'), instance: 'test', docker: null, programs: '/usr/lib/postgresql' },
    image: async () => null,
  });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  const serverTime = async (): Promise<Date> => (await client.query('select clock_timestamp() as at')).rows[0].at;
  let latest: Latest | null = null;
  const begin = (to: Repository) => {
    const stopping = new AbortController();
    let state: ArchiveState | null = null;
    const lost: Failure[] = [];
    const done = archive({
      ...{ project: 'shop', source: walSource, at, slot: SLOT, to, clock: systemClock, everyMilliseconds: 100 },
      onState: async (now) => {
        state = now;
        latest = { lineage: lineageName(now.lineage), until: now.until.getTime() };
      },
      onLost: async (failure) => void lost.push(failure),
      signal: stopping.signal,
    });
    done.catch(() => undefined);
    const archiving = {
      done,
      lost,
      stop: async () => {
        stopping.abort();
        await done.catch(() => undefined);
      },
      /** Everything committed until now is stored. */
      caughtUp: async () => {
        const now = (await serverTime()).getTime();
        const failed = done.then(() => Promise.reject(new Error('it ended')));
        await Promise.race([
          failed,
          expect.poll(() => (state?.until.getTime() ?? 0) >= now, { timeout: 20_000 }).toBe(true),
        ]);
      },
    };
    running.push(archiving);
    return archiving;
  };
  return {
    ...{ server, client, at, folder, begin, serverTime, configure, sql, servers },
    freshStore: async (): Promise<BlobStore> =>
      openFolderStore({ folder: await mkdtemp(join(folder, 'store-')), newId, now: () => new Date() }),
    /** A commit; answers a moment right after it. */
    write: async (text: string): Promise<Date> => {
      await client.query('insert into notes (text) values ($1)', [text]);
      // A Date has no microseconds.
      await pause();
      const moment = await serverTime();
      await pause();
      return moment;
    },
    windows: async (from: Repository) => windowsOf(await reachable(from, 'shop', latest)),
    /** More than a segment of log, and nothing left of it. */
    churn: async (): Promise<void> => {
      await client.query('insert into notes (text) select repeat(md5(n::text), 200) from generate_series(1, 3500) n');
      await client.query('delete from notes where length(text) > 100');
    },
    copy: async (to: Repository): Promise<Base> => {
      const look = await walSource.look(at);
      return writeBase({
        ...{ id: newId('copy'), lineage: { project: 'shop', system: look.system, timeline: look.timeline }, to },
        ...{ server: look, stream: await walSource.base(at, never), now: serverTime, signal: never },
        onProgress: () => undefined,
      });
    },
    notesAt: async (from: Repository, moment: Date): Promise<string[]> => {
      const place = servers.folderFor(newId('r').slice(-6));
      try {
        const recovered = await recoverAt({
          ...{ from, moment, servers, sql, folder: place, clock: systemClock, onProgress: () => undefined },
          reach: chooseReach(await reachable(from, 'shop', latest), moment),
          signal: AbortSignal.timeout(60_000),
        });
        const { rows } = await sql.read(recovered.address('postgres', 'slipway'), (session) =>
          session.run({ text: 'select text from notes order by id', parameters: [] }),
        );
        return rows.map(({ text }) => String(text));
      } finally {
        await servers.remove(place);
      }
    },
    latest: () => latest,
    /** Nobody reads any more. */
    quiet,
    close: async () => {
      await quiet();
      await sql.end();
      await client.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
