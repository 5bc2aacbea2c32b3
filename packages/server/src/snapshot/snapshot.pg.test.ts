import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../domain/secret.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { DatabaseAddress } from '../ports/database-copy.ts';
import type { Progress } from './progress.ts';
import { prune } from './prune.ts';
import { listSnapshots, presentObjects, type Repository, readManifest, removeSnapshot } from './repository.ts';
import { restoreSnapshot } from './restore-snapshot.ts';
import * as shops from './testing-shop.contract.ts';
import { verifySnapshot } from './verify.ts';
import { type WriteSnapshot, writeSnapshot } from './write-snapshot.ts';

let shop: shops.Shop;
let number = 0;
const newStore = (): BlobStore => shops.folderStore(join(shop.folder, `store-${++number}`));
const write = (to: Repository, changed: Partial<WriteSnapshot> = {}) =>
  writeSnapshot({
    ...{
      project: 'shop',
      environment: 'production',
      copier: shops.copier,
      from: shop.source,
      filestore: shop.filestore,
    },
    ...{ masking: null, to, signal: shops.never, ...changed },
  });
const restore = async (from: Repository, id: string, to: DatabaseAddress, filestore: string | null) =>
  restoreSnapshot({
    ...{ manifest: await readManifest(from, id), from, copier: shops.copier, to, filestore },
    ...{ owner: null, signal: shops.never },
  });
const digest = (at: DatabaseAddress, table: string) =>
  shop.query(at, `select md5(string_agg(t::text, '|' order by t::text)) as md5, count(*)::int as n from ${table} t`);
const filesOf = async (store: BlobStore): Promise<string[]> => {
  const names: string[] = [];
  for await (const { name } of store.list('')) names.push(name);
  return names;
};

beforeAll(async () => {
  shop = await shops.openShop();
});
afterAll(() => shop.close());

describe('a raw snapshot', () => {
  it('restores to the same rows and the same files, and tells how it goes', async () => {
    const repository = shops.repositoryOf(newStore());
    const told: Progress[] = [];
    const { summary } = await write(repository, { onProgress: (progress) => told.push(progress) });
    expect(summary).toMatchObject({ kind: 'raw', series: '19.0', encrypted: true, modules: 2, files: 3, rows: 43_507 });
    expect(await listSnapshots(repository)).toEqual([summary]);
    const to = await shop.empty();
    const filestore = join(shop.folder, 'restored', 'shop');
    await expect(restore(repository, summary.id, to, filestore)).resolves.toMatchObject({ rows: 43_507, files: 3 });
    for (const table of ['res_partner', 'mail_message', 'partner_tag', 'ir_attachment', 'mail_queue'])
      expect(await digest(to, table)).toEqual(await digest(shop.source, table));
    const photo = shops.storedName('a photo');
    expect(await readFile(join(filestore, photo), 'utf8')).toBe('a photo');
    expect(existsSync(`${filestore}.restoring`)).toBe(false);
    expect(new Set(told.map(({ phase }) => phase))).toEqual(new Set(['prepare', 'rows', 'files', 'publish']));
    expect(await readdir(shop.filestore)).not.toContainEqual(expect.stringContaining('.slipway'));
  });

  it('is not written without a key', async () => {
    await expect(write(shops.repositoryOf(newStore(), null))).rejects.toMatchObject({ code: 'snapshot-key-missing' });
  });

  it('shows nothing of its content to whoever has the store and not the key', async () => {
    const store = newStore();
    const { summary } = await write(shops.repositoryOf(store));
    const { createHash } = await import('node:crypto');
    const content = createHash('sha256').update('a photo').digest('hex');
    expect(await filesOf(store)).not.toContainEqual(expect.stringContaining(content));
    await expect(readManifest(shops.repositoryOf(store, null), summary.id)).rejects.toMatchObject({
      code: 'snapshot-key-wrong',
    });
    const other = shops.repositoryOf(store, new Secret('another-key-of-32-characters-or-more'));
    await expect(readManifest(other, summary.id)).rejects.toMatchObject({ code: 'snapshot-key-wrong' });
    expect(await listSnapshots(other)).toHaveLength(1);
    await expect(prune(other, { graceMilliseconds: 0, signal: shops.never })).rejects.toMatchObject({
      code: 'snapshot-key-wrong',
    });
    await expect(
      verifySnapshot(shops.repositoryOf(store), summary.id, { share: 1, chance: Math.random, signal: shops.never }),
    ).resolves.toMatchObject({ damage: [] });
  });

  it('stores again only what changed', async () => {
    const repository = shops.repositoryOf(newStore());
    const first = await write(repository);
    expect(await write(repository)).toMatchObject({ sentBytes: 0 });
    await shop.query(shop.source, `update mail_message set body = 'changed' where id = 39999`);
    const third = await write(repository);
    await shop.query(shop.source, `update mail_message set body = md5('x') where id = 39999`);
    expect(third.sentBytes).toBeGreaterThan(0);
    expect(third.sentBytes).toBeLessThan(first.sentBytes / 2);
    // A file is not read again when an earlier snapshot has it.
    const photo = join(shop.filestore, shops.storedName('a photo'));
    await writeFile(photo, 'A PHOTO');
    expect((await readManifest(repository, (await write(repository)).summary.id)).files).toEqual(
      (await readManifest(repository, first.summary.id)).files,
    );
    await writeFile(photo, 'a photo');
  });

  it('records a file that production itself has lost, and has the rest', async () => {
    const repository = shops.repositoryOf(newStore());
    const photo = shops.storedName('a photo');
    await rm(join(shop.filestore, photo));
    const { summary } = await write(repository);
    await writeFile(join(shop.filestore, photo), 'a photo');
    const manifest = await readManifest(repository, summary.id);
    expect(manifest.missingFiles).toEqual([photo]);
    expect(manifest.files).toHaveLength(2);
  });

  it('has a file that Odoo removed after the moment it was taken of', async () => {
    const photo = shops.storedName('a photo');
    const gone: typeof shops.copier = {
      ...shops.copier,
      open: async (...given) => {
        const session = await shops.copier.open(...given);
        await rm(join(shop.filestore, photo));
        return session;
      },
    };
    const repository = shops.repositoryOf(newStore());
    const { summary } = await write(repository, { copier: gone });
    await writeFile(join(shop.filestore, photo), 'a photo');
    expect(await readManifest(repository, summary.id)).toMatchObject({ missingFiles: [], files: { length: 3 } });
  });

  it('refuses an attachment that names a file elsewhere', async () => {
    await shop.query(
      shop.source,
      `insert into ir_attachment (name, store_fname) values ('evil', '../../../etc/passwd')`,
    );
    await expect(write(shops.repositoryOf(newStore()))).rejects.toMatchObject({ code: 'database-refused' });
    await shop.query(shop.source, `delete from ir_attachment where name = 'evil'`);
  });

  it('refuses what is no database of Odoo', async () => {
    const from = await shop.empty();
    await expect(write(shops.repositoryOf(newStore()), { from })).rejects.toMatchObject({ code: 'source-not-odoo' });
  });
});

describe('a sanitised snapshot', () => {
  it('holds masked rows and placeholders, and nothing of tables that are to be empty', async () => {
    const repository = shops.repositoryOf(newStore(), null);
    const { summary } = await write(repository, { masking: () => shops.maskingOf(shop) });
    expect(summary).toMatchObject({ kind: 'sanitised', encrypted: false, files: 1 });
    const to = await shop.empty();
    const filestore = join(shop.folder, 'sanitised', 'shop');
    await restore(repository, summary.id, to, filestore);
    expect(await shop.query(to, 'select email, phone from res_partner where id = 12')).toEqual([
      { email: 'test+12@example.com', phone: '+15550102' },
    ]);
    expect(await shop.query(to, 'select count(*)::int as n from mail_queue')).toEqual([{ n: 0 }]);
    expect(await shop.query(to, 'select count(*)::int as n from mail_message')).toEqual([{ n: 40_000 }]);
    const [attachment] = await shop.query(to, 'select store_fname from ir_attachment limit 1');
    expect(await readFile(join(filestore, String(attachment?.store_fname)), 'utf8')).toBe('placeholder');
  });

  it('is not published when one column was forgotten, and says which, and how often, but not what', async () => {
    const store = newStore();
    const repository = shops.repositoryOf(store, null);
    const failed = await write(repository, { masking: () => shops.maskingOf(shop, ['email']) }).catch((error) => error);
    expect(failed).toMatchObject({
      code: 'leak-found',
      facts: { places: 1, where: 'res_partner.email (email, 3000)' },
    });
    expect(JSON.stringify(failed)).not.toContain('client1');
    expect(await listSnapshots(repository)).toEqual([]);
    for (const name of await filesOf(store))
      expect((await store.get(name)).toString('latin1')).not.toContain('client1.fr');
  });

  it('is told every place when nothing was masked: the scan can fail', async () => {
    const failed = await write(shops.repositoryOf(newStore(), null), {
      masking: () => shops.maskingOf(shop, shops.HOLES),
    }).catch((error) => error);
    for (const place of ['name (name, 3000)', 'email (email, 3000)', 'phone (phone, 3000)'])
      expect(failed.facts.where).toContain(`res_partner.${place}`);
  });

  it('is looked through also where files are kept', async () => {
    const [partner] = await shop.query(shop.source, 'select name from res_partner where id = 77');
    const photo = join(shop.filestore, shops.storedName('a photo'));
    await writeFile(photo, `dear ${partner?.name}`);
    const keep = async () => {
      const masking = await shops.maskingOf(shop);
      return { ...masking, plan: { ...masking.plan, keptFiles: 'select store_fname from ir_attachment' } };
    };
    const failed = await write(shops.repositoryOf(newStore(), null), { masking: keep }).catch((error) => error);
    await writeFile(photo, 'a photo');
    expect(failed).toMatchObject({ code: 'leak-found', facts: { where: expect.stringContaining('filestore.') } });
    expect(await write(shops.repositoryOf(newStore(), null), { masking: keep })).toMatchObject({
      summary: { files: 4 },
    });
  });

  it('is not made with a plan for another schema: what no rule has seen does not leave', async () => {
    await shop.query(shop.source, 'alter table res_partner add column nickname varchar; create table secrets (id int)');
    const failed = await write(shops.repositoryOf(newStore(), null), { masking: () => shops.maskingOf(shop) }).catch(
      (error) => error,
    );
    await shop.query(shop.source, 'alter table res_partner drop column nickname; drop table secrets');
    expect(failed).toMatchObject({ code: 'masking-plan-stale' });
    expect(failed.message).toContain('column res_partner.nickname is new');
    expect(failed.message).toContain('table secrets is new');
  });
});

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
    const folder = join(shop.folder, `store-${++number}`);
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
  });
});
