/** The old server burnt down; there are the folder of its snapshots, and its key. */

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROUTES } from '@slipway/contracts/api';
import { productionSection } from '@slipway/contracts/production-config';
import tar from 'tar-stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openStore } from '../../packages/server/src/flows/stored-snapshots.ts';
import {
  copier,
  maskingOf,
  never,
  openShop,
  type Shop as Production,
} from '../../packages/server/src/snapshot/testing-shop.contract.ts';
import { type WriteSnapshot, writeSnapshot } from '../../packages/server/src/snapshot/write-snapshot.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { readRun } from '../../packages/server/src/store/runs.ts';
import { openDataApi } from './data-site.ts';
import { makeShop, type Shop } from './make-slipway.ts';

const at = '/projects/shop';
type Api = Awaited<ReturnType<typeof openDataApi>>;

let shop: Shop;
let production: Production;
let folder: string;
let apis: Api[];
beforeAll(async () => {
  shop = await makeShop();
  production = await openShop();
});
afterAll(async () => {
  await production?.close();
  await shop?.remove();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-store-'));
  apis = [];
});
afterEach(async () => {
  for (const api of apis) await api.close();
  await rm(folder, { recursive: true, force: true });
});

/** An installation of its own on the store; `name`: of its project. */
const install = async (): Promise<Api> => {
  const api = await openDataApi(inject('postgresUrl'), shop);
  apis.push(api);
  await api.withStages({ store: { kind: 'folder', path: folder } });
  return api;
};

const write = async (api: Api, changed: Partial<WriteSnapshot> = {}): Promise<string> => {
  const to = await openStore(api.plane.slipway, await projectByName(api.db, 'shop'));
  const { source: from, filestore } = production;
  const where = { project: 'shop', environment: 'shop/production', reason: 'schedule' } as const;
  const wanted = { ...where, copier, from, filestore, masking: null, to, signal: never, ...changed };
  return (await writeSnapshot(wanted)).summary.id;
};

const keyOf = async (api: Api): Promise<string> => (await api.ask('POST', `${at}/backups/key`)).body.key;
const held = async (api: Api) =>
  ROUTES.storedSnapshots.answer.parse((await api.ask('GET', `${at}/store`)).body).map(({ id, state }) => [id, state]);

describe('a Slipway that was set up anew', () => {
  test('shows what the store holds, takes the key, takes the snapshots over, and can read them', async () => {
    const old = await install();
    const backup = await write(old);
    const sanitised = await write(old, { masking: () => maskingOf(production) });
    const key = await keyOf(old);

    const fresh = await install();
    expect((await fresh.ask('GET', `${at}/snapshots`)).body).toEqual([]);
    const shut = [
      [sanitised, 'other-key'],
      [backup, 'other-key'],
    ];
    expect(await held(fresh)).toEqual(shut);
    expect((await fresh.ask('POST', `${at}/store/adopt`)).body).toMatchObject([{ state: 'other-key' }, {}]);
    expect((await fresh.ask('GET', `${at}/snapshots`)).body).toEqual([]);

    const { id } = (await old.ask('POST', `${at}/backups/key`)).body;
    expect(await fresh.ask('PUT', `${at}/backups/key`, { key: `${key}\n` })).toEqual({
      status: 200,
      body: { id, opens: 2 },
    });
    expect(await held(fresh)).toEqual([
      [sanitised, 'new'],
      [backup, 'new'],
    ]);
    const adopted = ROUTES.adoptSnapshots.answer.parse((await fresh.ask('POST', `${at}/store/adopt`)).body);
    expect(adopted).toMatchObject([
      { id: sanitised, kind: 'sanitised', state: 'adopted' },
      { id: backup, kind: 'raw', state: 'adopted' },
    ]);
    const listed = async (api: Api) => (await api.ask('GET', `${at}/snapshots`)).body;
    expect(await listed(fresh)).toMatchObject([{ id: sanitised }, { id: backup, reason: 'schedule', rows: 43_507 }]);
    expect((await fresh.ask('POST', `${at}/snapshots/${backup}/verify`)).body).toMatchObject({ ok: true });
    expect(await fresh.audited('backup.key.give')).toMatchObject([{ target: 'shop', details: { to: id } }]);
    expect(await fresh.audited('backup.adopt')).toMatchObject([{ details: { snapshots: [sanitised, backup] } }]);
    expect(JSON.stringify(await fresh.audited())).not.toContain(key);
  });

  test('takes nothing over twice, and says what is in the list already', async () => {
    const old = await install();
    const backup = await write(old);
    for (const _ of [1, 2]) await old.ask('POST', `${at}/store/adopt`);

    expect(await held(old)).toEqual([[backup, 'listed']]);
    expect(await old.audited('backup.adopt')).toHaveLength(1);
  });
});

describe('a wrong key', () => {
  test('is refused with what is wrong, and the present one stays', async () => {
    await write(await install());
    const fresh = await install();
    const before = await keyOf(fresh);

    expect(await fresh.about('PUT', `${at}/backups/key`, { key: 'w'.repeat(32) })).toBe(
      '403 snapshot-key-wrong: Everything that the store holds was encrypted with another key than the one given.',
    );
    expect(await keyOf(fresh)).toBe(before);
    expect(await fresh.audited('backup.key.give')).toEqual([]);
  });

  test.each(['short', '', 'two words that are long enough to be a key'])('%j is no key', async (key) => {
    expect(await (await install()).about('PUT', `${at}/backups/key`, { key })).toContain('400 payload-invalid');
  });

  test('does not shut out what the present one has stored', async () => {
    const old = await install();
    await write(old);
    const key = await keyOf(old);
    const fresh = await install();
    const own = await write(fresh);

    expect(await fresh.about('PUT', `${at}/backups/key`, { key })).toContain(
      `409 store-key-in-use: Only the present key opens ${own}`,
    );
    await fresh.ask('POST', `${at}/store/adopt`);
    await fresh.ask('DELETE', `${at}/snapshots/${own}`);
    expect((await fresh.ask('PUT', `${at}/backups/key`, { key })).status).toBe(200);
  });

  test('is not taken while a run has the store open', async () => {
    const old = await install();
    await write(old);
    const key = await keyOf(old);
    const fresh = await install();
    await fresh.ask('POST', `${at}/backups/prune`);

    expect(await fresh.about('PUT', `${at}/backups/key`, { key })).toContain('409 snapshot-store-busy');
  });
});

describe('what is in the store', () => {
  test('is shown without what was never published; what is damaged hides nothing else', async () => {
    const old = await install();
    const [good, damaged, half] = [await write(old), await write(old), await write(old)];
    await rm(join(folder, 'snapshots', `${half}.json`));
    const manifests = await readdir(join(folder, 'manifests'));
    expect(manifests).toHaveLength(3);
    await writeFile(join(folder, 'manifests', damaged), 'something else');

    expect(await held(old)).toEqual([
      [damaged, 'damaged'],
      [good, 'new'],
    ]);
  });

  test('of another project is named and left alone', async () => {
    const old = await install();
    const other = await write(old, { project: 'bakery' });

    expect(await held(old)).toEqual([[other, 'other-project']]);
    expect((await old.ask('POST', `${at}/store/adopt`)).body).toMatchObject([{ reason: 'it is of project bakery' }]);
    expect((await old.ask('GET', `${at}/snapshots`)).body).toEqual([]);
  });
});

describe('production from a backup', () => {
  /** A database and a folder that slipway.yaml and the secret name. */
  const intoPlace = async (api: Api, database: string) => {
    const filestore = join(folder, 'odoo', 'filestore', 'production');
    await mkdir(join(filestore, '..'), { recursive: true });
    const project = await projectByName(api.db, 'shop');
    const stages = { ...project.config.stages, production: productionSection.parse({ filestore }) };
    await saveProject(api.db, { ...project, config: { ...project.config, stages } });
    const value = { project: 'shop', stage: 'production', name: 'DATABASE_URL', value: new Secret(database), by: 'me' };
    await api.secrets.set(value);
    return filestore;
  };
  const restore = async (api: Api, snapshot: string) => {
    const body = { to: 'production', confirm: 'production' };
    const { run } = (await api.ask('POST', `${at}/snapshots/${snapshot}/restore`, body)).body;
    await api.plane.drain();
    return readRun(api.db, run);
  };

  test('comes into an empty database and folder, whole', async () => {
    const api = await install();
    const backup = await write(api);
    await api.ask('POST', `${at}/store/adopt`);
    const { url } = await production.empty();
    const filestore = await intoPlace(api, url.reveal());

    expect(await restore(api, backup)).toMatchObject({ state: 'succeeded', failure: null });
    for (const table of ['res_partner', 'mail_message', 'ir_attachment', 'partner_tag'])
      expect(await production.digest({ url }, table)).toEqual(await production.digest(production.source, table));
    const files = async (at: string) =>
      (await readdir(at, { recursive: true })).filter((name) => !name.startsWith('.')).toSorted();
    expect(await files(filestore)).toEqual(await files(production.filestore));
  });

  test('is not put over one that is there, neither its database nor its files', async () => {
    const api = await install();
    const backup = await write(api);
    await api.ask('POST', `${at}/store/adopt`);
    const taken = await production.empty();
    await production.query(taken, 'create table res_partner (id int); insert into res_partner values (1)');
    const filestore = await intoPlace(api, taken.url.reveal());

    expect((await restore(api, backup)).failure).toMatchObject({ code: 'production-not-empty' });
    expect(await production.query(taken, 'select id from res_partner')).toEqual([{ id: 1 }]);
    expect(await readdir(join(filestore, '..'))).toEqual([]);

    await intoPlace(api, (await production.empty()).url.reveal());
    await mkdir(join(filestore, 'ab'), { recursive: true });
    expect((await restore(api, backup)).failure).toMatchObject({ code: 'production-not-empty' });
    expect(await readdir(filestore)).toEqual(['ab']);
  });

  test('goes on where a try was cut short, and knows when it was done already', async () => {
    const api = await install();
    const backup = await write(api);
    await api.ask('POST', `${at}/store/adopt`);
    const { url } = await production.empty();
    await production.query({ url }, 'create table slipway_restoring (); create table res_partner (half int)');
    await intoPlace(api, url.reveal());
    const done = await restore(api, backup);
    expect(done).toMatchObject({ state: 'succeeded' });
    const digest = await production.digest({ url }, 'res_partner');
    expect(digest).toEqual(await production.digest(production.source, 'res_partner'));

    // As after a crash between the last statement and the journal.
    const sql = `update ops.runs set state = 'running', owner = 'dead', lease_until = 'epoch', finished_at = null where id = $1`;
    await query(api.db, sql, [done.id]);
    await query(api.db, `delete from ops.steps where run = $1 and name = 'restore-backup'`, [done.id]);
    await api.plane.drain();
    expect(await readRun(api.db, done.id)).toMatchObject({ state: 'succeeded' });
    expect(
      await query(api.db, `select state, note from ops.steps where run = $1 order by index`, [done.id]),
    ).toMatchObject([{ state: 'done' }, { state: 'skipped', note: `${backup} was there` }]);
  });
});

describe('a download', () => {
  const unpack = async (bytes: Buffer) => {
    const extract = tar.extract();
    extract.end(bytes);
    const files = new Map<string, string>();
    for await (const entry of extract) {
      const pieces: Buffer[] = [];
      for await (const piece of entry) pieces.push(piece as Buffer);
      files.set(entry.header.name, Buffer.concat(pieces).toString());
    }
    return files;
  };

  test('is of a sanitised snapshot, decrypted, without a person in it', async () => {
    const api = await install();
    const sanitised = await write(api, { masking: () => maskingOf(production) });
    await api.ask('POST', `${at}/store/adopt`);

    const { status, bytes } = await api.download(`${at}/snapshots/${sanitised}/download`, {});
    expect(status).toBe(200);
    const files = await unpack(bytes);
    expect(files.get('dump.sql')).toContain('COPY public."res_partner"');
    expect(files.get('dump.sql')).not.toMatch(/Customer Real|client\d+\.fr/);
    expect(await api.audited('snapshot.download')).toEqual([
      { who: 'operator', target: `shop/${sanitised}`, details: { kind: 'sanitised' } },
    ]);
  });

  test('of a backup is refused unless real data was asked for, which is recorded', async () => {
    const api = await install();
    const backup = await write(api);
    await api.ask('POST', `${at}/store/adopt`);
    const path = `${at}/snapshots/${backup}/download`;

    expect(await api.about('POST', path, {})).toMatch(/^400 usage: .*is a backup with real data/);
    expect(await api.audited('snapshot.download')).toEqual([]);
    const { bytes } = await api.download(path, { raw: true });
    expect((await unpack(bytes)).get('dump.sql')).toContain('Customer Real 1\t');
    expect(await api.audited('snapshot.download')).toMatchObject([{ details: { kind: 'raw' } }]);
  });

  test('of what the key does not open is a refusal, not a broken file', async () => {
    const old = await install();
    const backup = await write(old);
    const fresh = await install();
    await fresh.known(backup, 'raw');

    expect(await fresh.about('POST', `${at}/snapshots/${backup}/download`, { raw: true })).toContain(
      '403 snapshot-key-wrong',
    );
  });
});
