import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import { listBases, unfinishedBases } from './base.ts';
import { pruneArchive } from './prune-archive.ts';
import { openWalSite, placeOf, SLOT, walSource } from './wal-site.contract.ts';

/** The log of a real server into a real folder, and servers made of it. */
describe('the archive of a log', () => {
  let site: Awaited<ReturnType<typeof openWalSite>>;
  let store: BlobStore;
  const { signal } = new AbortController();

  beforeAll(async () => {
    site = await openWalSite();
  });
  afterAll(() => site?.close());
  beforeEach(async () => {
    store = await site.freshStore();
    await walSource.dropSlot(site.at, SLOT);
    await site.client.query('truncate notes restart identity');
  });

  afterEach(() => site.quiet());

  const namesIn = async (prefix: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name } of store.list(prefix)) names.push(name);
    return names.sort();
  };

  it('brings back exactly what was committed at a moment, between two commits and after the last one', async () => {
    const to = placeOf(store);
    const archiving = site.begin(to);
    await archiving.caughtUp();
    await site.write('before the copy');
    await site.copy(to);
    const [first, second] = [await site.write('one'), await site.write('two')];
    await site.churn();
    const third = await site.write('three');
    await archiving.caughtUp();
    await archiving.stop();

    expect(await site.notesAt(to, first)).toEqual(['before the copy', 'one']);
    expect(await site.notesAt(to, second)).toEqual(['before the copy', 'one', 'two']);
    expect(await site.notesAt(to, third)).toEqual(['before the copy', 'one', 'two', 'three']);
    await expect(site.notesAt(to, new Date(third.getTime() + 3_600_000))).rejects.toMatchObject({
      code: 'moment-unreachable',
      facts: { windows: expect.stringMatching(/^20\S+Z to 20\S+Z$/) },
    });
  });

  it('goes on where it was after a death at any write to the store, without a gap and without a byte twice', async () => {
    const [first] = [await site.write('before')];
    const moments: [Date, number][] = [];
    let puts = 0;
    for (const dies of [1, 2, 3, 5]) {
      const mortal: BlobStore = {
        ...store,
        put: async (name, content) => {
          if (++puts % 6 === dies) throw new Error('killed');
          return store.put(name, content);
        },
      };
      const dying = site.begin(placeOf(mortal));
      moments.push([await site.write(`round ${dies}`), moments.length]);
      if (dies === 3) await site.churn();
      await Promise.race([dying.done.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 1500))]);
      await dying.stop();
      if (dies === 1) {
        const alive = site.begin(placeOf(store));
        await alive.caughtUp();
        await site.copy(placeOf(store));
        await alive.caughtUp();
        await alive.stop();
      }
    }
    const last = site.begin(placeOf(store));
    await last.caughtUp();
    await last.stop();

    const to = placeOf(store);
    expect(await site.windows(to)).toHaveLength(1);
    for (const [moment, round] of moments.slice(1))
      expect(await site.notesAt(to, moment)).toEqual([
        'before',
        ...[1, 2, 3, 5].slice(0, round + 1).map((dies) => `round ${dies}`),
      ]);
    await expect(site.notesAt(to, first as Date)).rejects.toMatchObject({ code: 'moment-unreachable' });
  });

  it('names the window before a gap, and reaches what comes after it only with a copy from after it', async () => {
    const to = placeOf(store);
    const archiving = site.begin(to);
    await archiving.caughtUp();
    await site.copy(to);
    const before = await site.write('before');
    await archiving.caughtUp();
    await site.churn();
    await archiving.caughtUp();
    const after = await site.write('after');
    const there = (await site.client.query('select pg_walfile_name(pg_current_wal_lsn()) as file')).rows[0].file;
    await site.churn();
    await archiving.caughtUp();
    // The segment that holds it, whole: what is still being filled is stored again.
    const segment = `${there.slice(8, 16)}${there.slice(22)}000000-`.toLowerCase();
    const gone = (await namesIn('wal/')).filter((name) => name.includes(`/${segment}`));
    expect(gone).toHaveLength(1);
    await store.remove(gone[0] ?? '');

    expect(await site.notesAt(to, before)).toEqual(['before']);
    await expect(site.notesAt(to, after)).rejects.toMatchObject({ code: 'moment-unreachable' });

    await site.copy(to);
    const later = await site.write('later');
    await archiving.caughtUp();
    expect(await site.windows(to)).toHaveLength(2);
    expect(await site.notesAt(to, later)).toEqual(['before', 'after', 'later']);
    await archiving.stop();
  });

  it('tells when the server has thrown log away that nobody had stored, and goes on behind it', async () => {
    const to = placeOf(store);
    const first = site.begin(to);
    await first.caughtUp();
    await site.copy(to);
    const before = await site.write('before');
    await first.caughtUp();
    // After a gap a window ends with the newest stretch before it.
    await site.write('next');
    await first.caughtUp();
    await first.stop();
    await site.configure({ max_slot_wal_keep_size: '16MB', max_wal_size: '32MB' });
    for (let time = 0; time < 4; time++) {
      await site.churn();
      await site.client.query('select pg_switch_wal()');
      await site.client.query('checkpoint');
    }

    let again = site.begin(to);
    // PostgreSQL may end the connection that reads too slowly; whoever reads begins again.
    await again.caughtUp().catch(async () => {
      again = site.begin(to);
      await again.caughtUp();
    });
    expect(again.lost.map(({ code }) => code)).toEqual(['wal-lost']);
    await site.copy(to);
    const later = await site.write('later');
    await again.caughtUp();
    await again.stop();
    expect(await site.notesAt(to, before)).toEqual(['before']);
    expect(await site.notesAt(to, later)).toEqual(['before', 'next', 'later']);
  });

  it('refuses a server that would keep its log without any limit', async () => {
    await site.configure({ max_slot_wal_keep_size: '-1' });
    await expect(site.begin(placeOf(store)).done).rejects.toMatchObject({ code: 'archive-refused' });
    await site.configure({});
  });

  it('shows nothing to who has the store and not the key, and tells a damaged byte from a wrong key', async () => {
    const to = placeOf(store);
    const archiving = site.begin(to);
    await archiving.caughtUp();
    await site.copy(to);
    const moment = await site.write('a secret of production');
    await archiving.caughtUp();
    await archiving.stop();
    const stretch = (await namesIn('wal/')).filter((name) => !name.endsWith('/reader')).at(-1) ?? '';
    for (const name of await namesIn('')) expect((await store.get(name)).includes('a secret of')).toBe(false);

    const other = placeOf(store, new Secret('another-key-of-32-characters-too!'));
    await expect(site.notesAt(other, moment)).rejects.toMatchObject({ code: 'snapshot-key-wrong' });

    const bytes = await store.get(stretch);
    bytes.writeUInt8((bytes.at(-20) ?? 0) ^ 1, bytes.length - 20);
    await store.put(stretch, bytes);
    await expect(site.notesAt(to, moment)).rejects.toMatchObject({
      code: 'archive-damaged',
      facts: { object: stretch },
    });
  });

  it('keeps the copy that the oldest promised moment begins with, and no log in front of it', async () => {
    const to = placeOf(store);
    const archiving = site.begin(to);
    await archiving.caughtUp();
    const old = await site.copy(to);
    const early = await site.write('early');
    await site.churn();
    await archiving.caughtUp();
    const kept = await site.copy(to);
    const before = await site.serverTime();
    const late = await site.write('late');
    await archiving.caughtUp();
    await archiving.stop();
    await store.put('bases/shop/copy_dead/000000', Buffer.from('half a copy'));
    expect(await unfinishedBases(to, 'shop')).toEqual(['copy_dead']);

    const pruned = await pruneArchive(to, 'shop', { before, signal });
    expect(pruned.copies).toEqual([old.id, 'copy_dead']);
    expect(pruned.stretches).toBeGreaterThan(0);
    expect((await listBases(to, 'shop')).map(({ id }) => id)).toEqual([kept.id]);
    expect(await namesIn('bases/')).not.toContainEqual(expect.stringContaining(old.id));
    await expect(site.notesAt(to, early)).rejects.toMatchObject({ code: 'moment-unreachable' });
    expect(await site.notesAt(to, late)).toEqual(['early', 'late']);
    expect((await pruneArchive(to, 'shop', { before, signal })).stretches).toBe(0);
  });
});
