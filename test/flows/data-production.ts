import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { emptyDatabase, onServer } from '../setup/database.ts';

/** As much of Odoo 19 as a snapshot, its masks and a refresh look at; invented people. */
const ODOO = `
  create table ir_module_module (id serial primary key, name varchar, state varchar, latest_version varchar);
  insert into ir_module_module (name, state, latest_version) values
    ('base', 'installed', '19.0.1.3'), ('web', 'installed', '19.0.1.0'), ('shop_order', 'installed', '19.0.1.0.0');
  create table ir_model (id serial primary key, model varchar, state varchar, transient boolean);
  create table ir_model_fields (id serial primary key, model varchar, name varchar, ttype varchar, relation varchar, related varchar,
    state varchar, translate varchar, company_dependent boolean);
  create table ir_model_data (id serial primary key, module varchar, name varchar, model varchar, res_id int);
  create table res_partner (id serial primary key, name varchar, email varchar, parent_id int references res_partner);
  create table ir_attachment (id serial primary key, name varchar, type varchar, mimetype varchar, store_fname varchar, checksum varchar,
    file_size int, db_datas bytea, url varchar, description text, index_content text, access_token varchar, key varchar,
    res_model varchar, res_field varchar, res_id int);
  insert into ir_model (model, state, transient) values ('res.partner', 'base', false), ('ir.attachment', 'base', false);
  insert into ir_model_fields (model, name, ttype, state) values ('res.partner', 'name', 'char', 'base'), ('res.partner', 'email', 'char', 'base');
  insert into res_partner (name, email) values ('Zebulon Quackenbush', 'zebulon@real-customer.test'), ('Ottilie Farnsworth', 'ottilie@real-customer.test');`;

/** Between the first backup and the second. */
const LATER = `insert into res_partner (name, email) values ('Balthasar Nightingale', 'balthasar@real-customer.test')`;

/** A production that is only ever read, so that any number of sites may have it: as it was, and as it is later. */
export interface Production {
  readonly url: string;
  readonly later: string;
  /** Folder of its attachments. */
  readonly filestore: string;
  remove(): Promise<void>;
}

export const makeProduction = async (serverUrl: string): Promise<Production> => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-production-'));
  const filestore = join(folder, 'filestore', 'company');
  const databases = [await emptyDatabase(serverUrl), await emptyDatabase(serverUrl)] as const;
  const stored = ['a contract', 'a photo'].map((content) => {
    const sum = createHash('sha1').update(content).digest('hex');
    return { content, sum, path: `${sum.slice(0, 2)}/${sum}` };
  });
  for (const { path, content } of stored) {
    await mkdir(dirname(join(filestore, path)), { recursive: true });
    await writeFile(join(filestore, path), content);
  }
  const attachments = stored.map(
    ({ path, sum, content }) => `insert into ir_attachment (name, type, mimetype, store_fname, checksum, file_size)
      values ('file.txt', 'binary', 'text/plain', '${path}', '${sum}', ${content.length});`,
  );
  for (const [at, { url }] of databases.entries())
    await onServer(url, (client) => client.query([ODOO, ...attachments, at === 0 ? '' : LATER].join(';\n')));
  return {
    url: databases[0].url,
    later: databases[1].url,
    filestore,
    remove: async () => {
      for (const database of databases) await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
