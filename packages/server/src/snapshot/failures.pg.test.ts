import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../ports/blob-store.ts';
import { prune } from './prune.ts';
import { listSnapshots, presentObjects, readManifest, removeSnapshot } from './repository.ts';
import { restoreSnapshot } from './restore-snapshot.ts';
import * as shops from './testing-shop.contract.ts';
import { verifySnapshot } from './verify.ts';

let shop: shops.Shop;
const { write, restore, newStore, digest } = {
  write: (...given: Parameters<shops.Shop['write']>) => shop.write(...given),
  restore: (...given: Parameters<shops.Shop['restore']>) => shop.restore(...given),
  digest: (...given: Parameters<shops.Shop['digest']>) => shop.digest(...given),
  newStore: () => shop.newStore(),
};

beforeAll(async () => {
  shop = await shops.openShop();
});
afterAll(() => shop.close());

/** Dies at the n-th call that changes something, before or after it was done; then everything fails, as when a process is killed. */
const dying = (store: BlobStore, at: number, when: 'before' | 'after'): BlobStore & { readonly calls: number } => {
  let calls = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    calls++;
    if (calls > at || (calls === at && when === 'before')) throw new Error('killed');
    const result = await work();
    if (calls >= at) throw new Error('killed');
    return result;
  };
  return {
    ...store,
    put: (name, content) => step(() => store.put(name, content)),
    remove: (name) => step(() => store.remove(name)),
    get calls() {
      return calls;
    },
  };
};

describe('what can go wrong', () => {
  it('leaves no snapshot wherever a crash ends the writing, and the next one finds its objects', async () => {
    const counted = dying(newStore(), Number.POSITIVE_INFINITY, 'before');
    await write(shops.repositoryOf(counted));
    const puts = counted.calls - 1;
    expect(puts).toBeGreaterThan(8);
    // A crash after the very last put is a crash of a snapshot that is there.
    for (const when of ['before', 'after'] as const)
      for (let at = 1; at <= (when === 'before' ? puts : puts - 1); at++) {
        const store = newStore();
        await expect(write(shops.repositoryOf(dying(store, at, when)))).rejects.toThrow('killed');
        expect(await listSnapshots(shops.repositoryOf(store))).toEqual([]);
        if (at < puts - 1) continue;
        const present = (await presentObjects(store)).size;
        const { summary, sentBytes } = await write(shops.repositoryOf(store));
        expect(sentBytes).toBe(0);
        expect(await presentObjects(store)).toHaveProperty('size', present);
        const restored = restore(shops.repositoryOf(store), summary.id, await shop.empty(), null);
        await expect(restored).resolves.toMatchObject({ rows: summary.rows });
      }
  });

  it('says which table or file a changed byte hits, and hands nothing over', async () => {
    const folder = join(shop.folder, 'by-hand');
    const repository = shops.repositoryOf(shops.folderStore(folder));
    const { summary } = await write(repository);
    const manifest = await readManifest(repository, summary.id);
    const partner = manifest.tables.find(({ table }) => table === 'res_partner')?.parts[0];
    const file = manifest.files[0];
    for (const [object, part] of [
      [partner, 'table res_partner'],
      [file?.object, `file ${file?.path}`],
      [manifest.schema, 'schema'],
    ] as const) {
      const path = join(folder, 'objects', object?.id.slice(0, 2) ?? '', object?.id ?? '');
      const whole = await readFile(path);
      for (const at of [0, 4, 30, whole.length - 1]) {
        const bad = Buffer.from(whole);
        bad[at] = (bad[at] as number) ^ 0x41;
        await writeFile(path, bad);
        const filestore = join(shop.folder, 'never', 'shop');
        const failed = await restore(repository, summary.id, await shop.empty(), filestore).catch((error) => error);
        // Byte 30 lies in what the key is told by or in the content, byte 0 in the mark of the format.
        expect(failed).toMatchObject({ code: 'snapshot-corrupt', facts: { snapshot: summary.id, object: object?.id } });
        if (object !== partner) expect(failed.facts.part).toBe(part);
        expect(existsSync(filestore)).toBe(false);
        if (at !== 0) continue;
        const { damage } = await verifySnapshot(repository, summary.id, {
          share: 1,
          chance: () => 0,
          signal: shops.never,
        });
        expect(damage).toContainEqual(expect.objectContaining({ object: object?.id }));
      }
      await rm(path);
      const none = { share: 0, chance: () => 0, signal: shops.never };
      const { damage } = await verifySnapshot(repository, summary.id, none);
      expect(damage).toEqual([expect.objectContaining({ object: object?.id, reason: 'it is missing from the store' })]);
      await writeFile(path, whole);
    }
    await expect(restore(repository, summary.id, await shop.empty(), null)).resolves.toBeDefined();
  });

  it('restores after a restore that was killed half way, files included', async () => {
    const repository = shops.repositoryOf(newStore());
    const { summary } = await write(repository);
    const manifest = await readManifest(repository, summary.id);
    const filestore = join(shop.folder, 'half', 'shop');
    const to = await shop.empty();
    const half = (name: 'restoreSchema' | 'copyIn') => {
      const killed = async (...given: never[]): Promise<never> => {
        await (shops.copier[name] as (...all: never[]) => Promise<unknown>)(...given);
        throw new Error('killed');
      };
      return restoreSnapshot({
        ...{ manifest, from: repository, copier: { ...shops.copier, [name]: killed }, to, filestore },
        ...{ owner: null, signal: shops.never },
      });
    };
    for (const name of ['restoreSchema', 'copyIn'] as const) {
      await expect(half(name)).rejects.toThrow('killed');
      expect(await shop.query(to, `select to_regclass('slipway_restoring')::text as mark`)).toEqual([
        { mark: 'slipway_restoring' },
      ]);
      expect(existsSync(filestore)).toBe(false);
    }
    // Killed between the files: some are there, under the folder's other name.
    let files = 0;
    const store: BlobStore = {
      ...repository.store,
      stream: (name) => {
        if (manifest.files.some(({ object }) => name.endsWith(object.id)) && ++files > 1) throw new Error('killed');
        return repository.store.stream(name);
      },
    };
    await expect(restore(shops.repositoryOf(store), summary.id, to, filestore)).rejects.toThrow('killed');
    expect(existsSync(filestore)).toBe(false);
    const other = await shop.empty();
    await restore(repository, summary.id, other, filestore);
    await restore(repository, summary.id, await shop.empty(), filestore);
    expect(await digest(other, 'mail_message')).toEqual(await digest(shop.source, 'mail_message'));
    expect(await readdir(filestore)).toHaveLength(4);
  });

  it('leaves files alone that no restore put there', async () => {
    const repository = shops.repositoryOf(newStore());
    const { summary } = await write(repository);
    await expect(restore(repository, summary.id, await shop.empty(), shop.filestore)).rejects.toMatchObject({
      code: 'store-refused',
    });
    expect(await readFile(join(shop.filestore, shops.storedName('a photo')), 'utf8')).toBe('a photo');
  });

  it('refuses a snapshot of a newer PostgreSQL and of a newer format', async () => {
    const store = newStore();
    const repository = shops.repositoryOf(store);
    const { summary } = await write(repository);
    const manifest = await readManifest(repository, summary.id);
    const to = await shop.empty();
    for (const newer of [{ server: 990_001 }, { format: 2 as 1 }])
      await expect(
        restoreSnapshot({
          ...{ manifest: { ...manifest, ...newer }, from: repository, copier: shops.copier, to },
          ...{ filestore: null, owner: null, signal: shops.never },
        }),
      ).rejects.toMatchObject({ code: 'snapshot-too-new' });
    const name = `snapshots/${summary.id}.json`;
    const document = JSON.parse((await store.get(name)).toString());
    await store.put(name, Buffer.from(JSON.stringify({ ...document, format: 2 })));
    await expect(readManifest(repository, summary.id)).rejects.toMatchObject({ code: 'snapshot-too-new' });
  });

  it('stops when it is told to, and nothing is published', async () => {
    const stop = new AbortController();
    const repository = shops.repositoryOf(newStore());
    const stopped = write(repository, {
      signal: stop.signal,
      onProgress: ({ phase }) => phase === 'rows' && stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(await listSnapshots(repository)).toEqual([]);
  });
});

describe('a disk that is full', () => {
  /** Needs the right to mount, as Slipway itself does. */
  const onSmallDisk = async (megabytes: number, work: (folder: string) => Promise<void>): Promise<void> => {
    const folder = join(shop.folder, 'disk');
    await mkdir(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
    await work(folder).finally(() => execFileSync('umount', [folder]));
  };

  it('leaves no snapshot, and keeps those that were there', async () => {
    await onSmallDisk(3, async (folder) => {
      const repository = shops.repositoryOf(shops.folderStore(folder));
      const { summary } = await write(repository);
      const filler = 'z'.repeat(10);
      await shop.query(shop.source, `update mail_message set body = body || md5(random()::text) || '${filler}'`);
      await expect(write(repository)).rejects.toMatchObject({ code: 'disk-full' });
      expect(await listSnapshots(repository)).toEqual([summary]);
      const whole = { share: 1, chance: () => 0, signal: shops.never };
      expect(await verifySnapshot(repository, summary.id, whole)).toMatchObject({ damage: [] });
    });
  });

  it('hands no files over when the target has no room for them', async () => {
    const repository = shops.repositoryOf(newStore());
    const { summary } = await write(repository);
    await onSmallDisk(1, async (folder) => {
      await writeFile(join(folder, 'filler'), Buffer.alloc(960 * 1024));
      const filestore = join(folder, 'shop');
      await expect(restore(repository, summary.id, await shop.empty(), filestore)).rejects.toMatchObject({
        code: 'disk-full',
      });
      expect(existsSync(filestore)).toBe(false);
    });
  });
});

describe('pruning', () => {
  it('removes what no snapshot names, once it is old enough, and nothing else', async () => {
    const store = newStore();
    const repository = shops.repositoryOf(store);
    const first = await write(repository);
    await shop.query(shop.source, `update res_partner set comment = 'new' where id = 5`);
    const second = await write(repository);
    const all = (await presentObjects(store)).size;
    await removeSnapshot(repository, first.summary.id);
    await removeSnapshot(repository, first.summary.id);
    await expect(readManifest(repository, first.summary.id)).rejects.toMatchObject({ code: 'snapshot-unknown' });
    expect(await prune(repository, { signal: shops.never })).toMatchObject({ removed: 0, kept: all + 1 });
    const pruned = await prune(repository, { graceMilliseconds: -1000, signal: shops.never });
    expect(pruned.removed).toBeGreaterThan(0);
    expect((await presentObjects(store)).size).toBe(all - pruned.removed);
    const whole = { share: 1, chance: () => 0, signal: shops.never };
    const verified = await verifySnapshot(repository, second.summary.id, whole);
    expect(verified).toMatchObject({ damage: [], objects: all - pruned.removed });
  });

  it('removes nothing while a snapshot is written, and no snapshot is written while it removes', async () => {
    const store = newStore();
    const repository = shops.repositoryOf(store);
    let during: unknown;
    const watching: BlobStore = {
      ...store,
      put: async (name, content) => {
        if (name.startsWith('objects/'))
          during ??= await prune(repository, { signal: shops.never }).catch((error) => error);
        return store.put(name, content);
      },
    };
    await write(shops.repositoryOf(watching));
    expect(during).toMatchObject({ code: 'snapshot-store-busy' });
    let meanwhile: unknown;
    const slow: BlobStore = {
      ...store,
      list: async function* (prefix) {
        if (prefix === 'objects/') meanwhile ??= await write(repository).catch((error) => error);
        yield* store.list(prefix);
      },
    };
    await prune(shops.repositoryOf(slow), { graceMilliseconds: -1000, signal: shops.never });
    expect(meanwhile).toMatchObject({ code: 'snapshot-store-busy' });
  });

  it('is not held up for ever by a writer that was killed', async () => {
    const store = newStore();
    await store.put('writing/snap_dead', Buffer.from('x'));
    const repository = shops.repositoryOf(store);
    await expect(prune(repository, { signal: shops.never })).rejects.toMatchObject({ code: 'snapshot-store-busy' });
    const later = { ...repository.clock, now: () => new Date(Date.now() + 16 * 60_000) };
    await expect(prune({ ...repository, clock: later }, { signal: shops.never })).resolves.toMatchObject({
      removed: 0,
    });
    expect(await shops.filesOf(store)).toEqual([]);
  });
});
