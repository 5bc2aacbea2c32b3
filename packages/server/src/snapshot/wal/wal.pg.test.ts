import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { type Base, listBases, writeBase } from './base.ts';
import { recoverAt } from './recover.ts';
import { chooseReach, reachable } from './window.ts';

const SLOT = 'slipway_test';
const KEY = new Secret(randomBytes(32).toString('hex'));
const source = openWalSource(systemClock);

/** The log of a real server into a real folder, and servers made of it. */
describe('the archive of a log', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  let folder: string;
  let client: pg.Client;
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    server = await startPostgres({ replication: true });
    folder = await mkdtemp(join(tmpdir(), 'slipway-wal-'));
    await chmod(folder, 0o711);
    client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('create table notes (id serial primary key, text text)');
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    await client?.end();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const place = (store: BlobStore, key = KEY): Repository => openRepository({ store, key, clock: systemClock, newId });
  const freshStore = async (): Promise<BlobStore> =>
    openFolderStore({ folder: await mkdtemp(join(folder, 'store-')), newId, now: () => new Date() });
  const at = () => ({ url: new Secret(server.url) });

  const running = (to: Repository) => {
    const stopping = new AbortController();
    let state: ArchiveState | null = null;
    const done = archive({
      ...{ project: 'shop', source, at: at(), slot: SLOT, to, clock: systemClock, everyMilliseconds: 100 },
      onState: async (now) => {
        state = now;
      },
      signal: stopping.signal,
    });
    done.catch(() => undefined);
    return {
      done,
      state: () => state,
      stop: async () => {
        stopping.abort();
        await done.catch(() => undefined);
      },
      /** Everything committed until now is stored. */
      caughtUp: async () => {
        const now = await serverTime();
        await expect.poll(() => (state?.until.getTime() ?? 0) >= now.getTime(), { timeout: 20_000 }).toBe(true);
      },
    };
  };
  const serverTime = async (): Promise<Date> => (await client.query('select clock_timestamp() as at')).rows[0].at;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  const write = async (text: string): Promise<Date> => {
    await client.query('insert into notes (text) values ($1)', [text]);
    // A Date has no microseconds.
    await pause();
    const at = await serverTime();
    await pause();
    return at;
  };
  const base = async (to: Repository): Promise<Base> => {
    const look = await source.look(at());
    const { signal } = new AbortController();
    return writeBase({
      id: newId('base'),
      lineage: { project: 'shop', system: look.system, timeline: look.timeline },
      server: look,
      stream: await source.base(at(), signal),
      now: serverTime,
      to,
      onProgress: () => undefined,
      signal,
    });
  };
  const notesAt = async (from: Repository, moment: Date): Promise<string[]> => {
    const servers = openRecoveryServers({
      ...{ root: join(folder, 'r'), instance: 'test', docker: null, programs: '/usr/lib/postgresql' },
      image: async () => null,
    });
    const sql = openPostgres({
      url: new Secret(server.url),
      instance: 'test',
      access: { host: 'localhost', port: 1, socketFolder: null },
    });
    const place = servers.folderFor(newId('r').slice(-6));
    try {
      const recovered = await recoverAt({
        ...{ from, moment, servers, sql, folder: place, clock: systemClock, onProgress: () => undefined },
        reach: chooseReach(await reachable(from, 'shop'), moment, null),
        signal: AbortSignal.timeout(60_000),
      });
      const { rows } = await sql.read(recovered.address('postgres', 'slipway'), (session) =>
        session.run({ text: 'select text from notes order by id', parameters: [] }),
      );
      await recovered.stop();
      return rows.map(({ text }) => String(text));
    } finally {
      await servers.remove(place);
      await sql.end();
    }
  };

  it('brings back exactly what was committed at a moment, between two commits and after the last one', async () => {
    const to = place(await freshStore());
    await client.query('truncate notes');
    const archiving = running(to);
    stops.push(archiving.stop);
    await archiving.caughtUp();
    await write('before the copy');
    await base(to);
    const [first, second] = [await write('one'), await write('two')];
    // More than a segment, so that stretches of different segments have to fit.
    await client.query('insert into notes (text) select repeat(md5(n::text), 200) from generate_series(1, 6000) n');
    await client.query('delete from notes where length(text) > 100');
    const third = await write('three');
    await archiving.caughtUp();
    const later = await serverTime();
    await archiving.caughtUp();

    expect(await notesAt(to, first)).toEqual(['before the copy', 'one']);
    expect(await notesAt(to, second)).toEqual(['before the copy', 'one', 'two']);
    expect(await notesAt(to, third)).toEqual(['before the copy', 'one', 'two', 'three']);
    await expect(notesAt(to, new Date(later.getTime() + 3600_000))).rejects.toMatchObject({
      code: 'moment-unreachable',
    });
    expect(await listBases(to, 'shop')).toHaveLength(1);
    await archiving.stop();
  });
});
