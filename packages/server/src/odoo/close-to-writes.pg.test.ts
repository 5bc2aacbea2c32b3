import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { emptyDatabase, type FreshDatabase, inDatabase, onServer } from '../../../../test/setup/database.ts';
import { closeToWrites, openToWrites } from './close-to-writes.ts';

const ROLE = `O'Doo "x" ${Date.now()}`;
const quoted = pg.escapeIdentifier(ROLE);
const url = inject('postgresUrl');
let database: FreshDatabase;
let odoo: pg.Client;

const asAdmin = (statement: string, of = database.url): Promise<unknown> =>
  onServer(of, (client) => client.query(statement));

beforeAll(async () => {
  await asAdmin(`create role ${quoted} login`, url);
  database = await emptyDatabase(url, ROLE);
  await asAdmin(`alter schema public owner to ${quoted}`);
  odoo = new pg.Client({ connectionString: inDatabase(database.url, new URL(database.url).pathname.slice(1)) });
  await odoo.connect();
  await odoo.query(`set role ${quoted}`);
  await odoo.query(`
    create table res_users (id serial primary key, create_date timestamp);
    create table res_device_log (id serial primary key, user_id integer references res_users);
    create table res_users_log (id serial primary key, create_uid integer references res_users);
    create table orm_signaling_default (id serial primary key);
    create table res_partner (id serial primary key, name text);
    create sequence base_cache_signaling_default;
    insert into res_users default values;
    insert into res_partner (name) values ('kept')`);
});
afterAll(async () => {
  await odoo?.end();
  await database?.drop();
  await asAdmin(`drop role if exists ${quoted}`, url);
});

const refused = async (statement: string): Promise<string> =>
  odoo.query(statement).then(
    () => 'done',
    (error: pg.DatabaseError) => error.code ?? String(error),
  );

test('an open connection cannot write any more, but reads, and leaves the traces of coming in', async () => {
  for (let twice = 0; twice < 2; twice += 1) await odoo.query(closeToWrites(ROLE));

  for (const statement of [
    `insert into res_partner (name) values ('x')`,
    `update res_partner set name = 'x'`,
    'delete from res_partner',
    'truncate res_partner',
    'select * from res_partner for update',
    `select nextval('res_partner_id_seq')`,
    'update res_users set id = 9',
    'delete from res_device_log',
  ])
    expect([statement, await refused(statement)]).toEqual([statement, '42501']);
  for (const statement of [
    'select * from res_partner',
    'insert into res_device_log (user_id) values (1)',
    'insert into res_users_log (create_uid) values (1)',
    'insert into orm_signaling_default default values',
    `select nextval('base_cache_signaling_default')`,
  ])
    expect([statement, await refused(statement)]).toEqual([statement, 'done']);
});

test('a copy of it is closed, too, and opens by itself, while the old one stays closed', async () => {
  const name = `${new URL(database.url).pathname.slice(1)}_copy`;
  await odoo.end();
  await asAdmin(`create database ${name} template ${new URL(database.url).pathname.slice(1)} owner ${quoted}`, url);
  const copy = inDatabase(database.url, name);
  const write = async (to: string): Promise<string> =>
    asAdmin(`set role ${quoted}; insert into res_partner (name) values ('x')`, to).then(
      () => 'done',
      (error: pg.DatabaseError) => error.code ?? '',
    );
  expect(await write(copy)).toBe('42501');

  await asAdmin(`set role ${quoted}; ${openToWrites(ROLE)}`, copy);

  expect([await write(copy), await write(database.url)]).toEqual(['done', '42501']);
  await asAdmin(`drop database ${name}`, url);
});
