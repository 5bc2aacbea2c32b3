import { execFileSync } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { downloadSnapshot } from './download.ts';
import type { Progress } from './progress.ts';
import { prune } from './prune.ts';
import { listSnapshots, readManifest } from './repository.ts';
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
    expect(await shops.filesOf(store)).not.toContainEqual(expect.stringContaining(content));
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

  it('has one file where two kinds of attachment share a stand-in, and restores it', async () => {
    const repository = shops.repositoryOf(newStore(), null);
    const twice = async () => {
      const masking = await shops.maskingOf(shop);
      return { ...masking, plan: { ...masking.plan, placeholders: [shops.PLACEHOLDER, shops.PLACEHOLDER] } };
    };
    const { summary } = await write(repository, { masking: twice });
    expect(summary.files).toBe(1);
    await restore(repository, summary.id, await shop.empty(), join(shop.folder, 'twice', 'shop'));
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
    for (const name of await shops.filesOf(store))
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

describe('a downloaded snapshot', () => {
  it('is restored by psql, and holds the files as Odoo keeps them', async () => {
    const repository = shops.repositoryOf(newStore());
    const { summary } = await write(repository);
    const folder = join(shop.folder, 'download');
    await mkdir(folder);
    await pipeline(Readable.from(downloadSnapshot(repository, summary.id)), createWriteStream(join(folder, 'all.tar')));
    execFileSync('tar', ['-xf', 'all.tar'], { cwd: folder });
    const to = await shop.empty();
    const quiet = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', to.url.reveal()];
    execFileSync('psql', [...quiet, '-f', join(folder, 'dump.sql')]);
    for (const table of ['res_partner', 'mail_message', 'partner_tag', 'ir_attachment'])
      expect(await digest(to, table)).toEqual(await digest(shop.source, table));
    expect(await shop.query(to, `select nextval('res_partner_id_seq')::int as next`)).toEqual([{ next: 3001 }]);
    expect(await readFile(join(folder, 'filestore', shops.storedName('a photo')), 'utf8')).toBe('a photo');
    expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({
      id: summary.id,
      kind: 'raw',
    });
  });

  it('ends with an error when a part of it is damaged', async () => {
    const store = newStore();
    const repository = shops.repositoryOf(store);
    const { summary } = await write(repository);
    const file = (await readManifest(repository, summary.id)).files[0]?.object.id ?? '';
    await store.put(`objects/${file.slice(0, 2)}/${file}`, Buffer.from('SLW1 not what it was'));
    const read = async () => {
      for await (const _ of downloadSnapshot(repository, summary.id));
    };
    await expect(read()).rejects.toMatchObject({ code: 'snapshot-corrupt' });
  });
});
