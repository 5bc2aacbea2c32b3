/** A small database that looks like one of Odoo to this folder, for its tests: real PostgreSQL, invented people. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { inject } from 'vitest';
import { emptyDatabase, type FreshDatabase, onServer } from '../../../../test/setup/database.ts';
import { newId, systemClock } from '../domain/clock.ts';
import type { MaskedTable, MaskingPlan } from '../domain/masking.ts';
import { Secret } from '../domain/secret.ts';
import { openFolderStore } from '../drivers/blobs/folder/index.ts';
import { openCopier } from '../drivers/databases/postgres/copy/index.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { DatabaseAddress } from '../ports/database-copy.ts';
import { buildDictionary, type Dictionary } from './dictionary.ts';
import { openRepository, type Repository, readManifest } from './repository.ts';
import { type Restored, restoreSnapshot } from './restore-snapshot.ts';
import { type Masking, type WriteSnapshot, type Written, writeSnapshot } from './write-snapshot.ts';

const SHOP = `
  create table ir_module_module (id serial primary key, name varchar, state varchar, latest_version varchar);
  insert into ir_module_module (name, state, latest_version) values ('base', 'installed', '19.0.1.3'), ('sale', 'installed', '19.0.1.2'), ('hr', 'uninstalled', null);
  create table ir_attachment (id serial primary key, name varchar, store_fname varchar, file_size int);
  create table res_partner (id serial primary key, name varchar, email varchar, phone varchar, comment text, parent_id int references res_partner);
  insert into res_partner (name, email, phone, comment, parent_id)
    select 'Customer Real ' || i, 'person' || i || '@client' || (i % 50) || '.fr', '+3247' || (1000000 + i * 7), repeat('a long remark, ', 10 + i % 7), nullif(i % 9, 0)
      from generate_series(1, 3000) i;
  create table mail_message (id serial primary key, partner_id int references res_partner, body text);
  insert into mail_message (partner_id, body) select 1 + i % 3000, '<p>Hello ' || i || ' ' || md5(i::text) || repeat(md5((i * 3)::text), 8) || '</p>' from generate_series(1, 40000) i;
  create table partner_tag (partner_id int references res_partner, tag_id int, primary key (partner_id, tag_id));
  insert into partner_tag select i, i % 5 from generate_series(1, 500) i;
  create table mail_queue (id serial primary key, address varchar);
  insert into mail_queue (address) values ('person1@client1.fr');
`;

export const KEY = new Secret('a-key-of-32-characters-or-longer!');
export const { signal: never } = new AbortController();

export interface Shop {
  readonly source: DatabaseAddress;
  /** Its attachments. */
  readonly filestore: string;
  /** For whatever a test makes. */
  readonly folder: string;
  readonly empty: () => Promise<DatabaseAddress>;
  readonly query: (at: DatabaseAddress, text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Equal for tables that hold the same rows. */
  readonly digest: (at: DatabaseAddress, table: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly newStore: () => BlobStore;
  readonly write: (to: Repository, changed?: Partial<WriteSnapshot>) => Promise<Written>;
  readonly restore: (from: Repository, id: string, to: DatabaseAddress, filestore: string | null) => Promise<Restored>;
  readonly close: () => Promise<void>;
}

export const copier = openCopier({ tools: { docker: null } });

export const storedName = (content: string): string => {
  const hash = createHash('sha1').update(content).digest('hex');
  return `${hash.slice(0, 2)}/${hash}`;
};

export const openShop = async (): Promise<Shop> => {
  const server = inject('postgresUrl');
  const made: FreshDatabase[] = [];
  const empty = async (): Promise<DatabaseAddress> => {
    const database = await emptyDatabase(server);
    made.push(database);
    return { url: new Secret(database.url) };
  };
  const query = async (at: DatabaseAddress, text: string) =>
    onServer(at.url.reveal(), async (client: pg.Client) => (await client.query(text)).rows);
  const source = await empty();
  await query(source, SHOP);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-snapshot-'));
  const filestore = join(folder, 'production', 'filestore', 'shop');
  for (const content of ['a contract', 'a photo', 'x'.repeat(100_000)]) {
    const name = storedName(content);
    await mkdir(dirname(join(filestore, name)), { recursive: true });
    await writeFile(join(filestore, name), content);
    await query(
      source,
      `insert into ir_attachment (name, store_fname, file_size) values ('f', '${name}', ${content.length})`,
    );
  }
  const close = async (): Promise<void> => {
    for (const database of made) await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  let stores = 0;
  return {
    ...{ source, filestore, folder, empty, query, close },
    digest: (at, table) =>
      query(at, `select md5(string_agg(t::text, '|' order by t::text)) as md5, count(*)::int as n from ${table} t`),
    newStore: () => folderStore(join(folder, `store-${++stores}`)),
    write: (to, changed = {}) =>
      writeSnapshot({
        ...{ project: 'shop', environment: 'production', copier, from: source, filestore },
        ...{ masking: null, to, signal: never, ...changed },
      }),
    restore: async (from, id, to, into) =>
      restoreSnapshot({
        ...{ manifest: await readManifest(from, id), from, copier, to, filestore: into },
        ...{ owner: null, signal: never },
      }),
  };
};

export const folderStore = (folder: string): BlobStore => openFolderStore({ folder, newId, now: systemClock.now });

export const repositoryOf = (store: BlobStore, key: Secret | null = KEY): Repository =>
  openRepository({ store, key, clock: systemClock, newId });

const column = (name: string, expression: string | null = null) =>
  ({ column: name, class: expression === null ? 'not-personal' : 'personal', rule: 'test', expression }) as const;
const copied = (table: string, columns: MaskedTable['columns']): MaskedTable => ({
  table,
  action: 'copy',
  where: null,
  columns,
});

export const PLACEHOLDER = { path: storedName('placeholder'), content: Buffer.from('placeholder') };

/** Masks people by hand; `holes`: columns that are forgotten. */
export const planOf = (holes: readonly string[] = []): MaskingPlan => {
  const masked = (name: string, expression: string) => column(name, holes.includes(name) ? null : expression);
  return {
    rules: 'test-rules',
    session: [{ text: `select set_config('slipway.key', $1, false)`, parameters: ['by hand'] }],
    placeholders: [PLACEHOLDER],
    keptFiles: null,
    tables: [
      copied(
        'ir_module_module',
        ['id', 'name', 'state', 'latest_version'].map((name) => column(name)),
      ),
      copied('ir_attachment', [
        column('id'),
        column('name', `'file'`),
        column('store_fname', `'${PLACEHOLDER.path}'`),
        column('file_size', '11'),
      ]),
      copied('res_partner', [
        column('id'),
        masked('name', `'Person ' || substr(md5(t.id || current_setting('slipway.key')), 1, 8)`),
        masked('email', `'test+' || t.id || '@example.com'`),
        masked('phone', `'+1555010' || (t.id % 10)`),
        masked('comment', `'lorem'`),
        column('parent_id'),
      ]),
      copied('mail_message', [column('id'), column('partner_id'), masked('body', `'<p>lorem</p>'`)]),
      copied('partner_tag', [column('partner_id'), column('tag_id')]),
      { table: 'mail_queue', action: 'empty', where: null, columns: [] },
    ],
  };
};

/** Everything as it is, called sanitised: what the scan must not let through. */
export const HOLES = ['name', 'email', 'phone', 'comment', 'body'];

export const dictionaryOf = async (shop: Shop): Promise<Dictionary> => {
  const rows = await shop.query(shop.source, 'select name, email, phone from res_partner');
  return buildDictionary(
    rows.flatMap(({ name, email, phone }) => [
      { kind: 'name', value: String(name) },
      { kind: 'email', value: String(email) },
      { kind: 'phone', value: String(phone) },
    ]),
  );
};

export const maskingOf = async (shop: Shop, holes: readonly string[] = []): Promise<Masking> => ({
  plan: planOf(holes),
  dictionary: await dictionaryOf(shop),
});

export const filesOf = async (store: BlobStore): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const { name } of store.list('')) names.push(name);
  return names;
};
