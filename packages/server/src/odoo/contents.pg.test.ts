import pg from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { emptyDatabase, type FreshDatabase } from '../../../../test/setup/database.ts';
import { BRIEFLY, filesStatement, modulesStatement } from './contents.ts';

let database: FreshDatabase;
let odoo: pg.Client;
beforeEach(async () => {
  database = await emptyDatabase(inject('postgresUrl'));
  odoo = new pg.Client({ connectionString: database.url });
  await odoo.connect();
});
afterEach(async () => {
  await odoo.end();
  await database.drop();
});

const modulesWith = async (type: string, titles: readonly (string | null)[]) => {
  await odoo.query(
    `create table ir_module_module (id serial, name text, state text, latest_version text, shortdesc ${type})`,
  );
  for (const [index, title] of titles.entries())
    await odoo.query('insert into ir_module_module (name, state, latest_version, shortdesc) values ($1, $2, $3, $4)', [
      `module_${index}`,
      ['installed', 'to upgrade', 'uninstalled'][index],
      '19.0.1.3',
      title,
    ]);
  return (await odoo.query(modulesStatement.text)).rows;
};

test('modules are those that are installed, with their English title', async () => {
  const title = (text: string): string => JSON.stringify({ en_US: text, de_DE: 'Verkauf' });

  expect(await modulesWith('jsonb', [title('Sales'), title('Stock'), title('CRM')])).toEqual([
    { name: 'module_0', version: '19.0.1.3', title: 'Sales' },
    { name: 'module_1', version: '19.0.1.3', title: 'Stock' },
  ]);
});

test('titles were text before Odoo 16; a module without one has its name', async () => {
  expect((await modulesWith('character varying', ['Sales', null])).map(({ title }) => title)).toEqual([
    'Sales',
    'module_1',
  ]);
});

test('files of equal content count once, and what lies in the database does not', async () => {
  await odoo.query(`
    create table ir_attachment (id serial, store_fname text, file_size integer);
    insert into ir_attachment (store_fname, file_size) values
      ('ab/abc', 100), ('ab/abc', 100), ('cd/cde', 2000000000), ('ef/efa', 2000000000), (null, 7)`);

  expect((await odoo.query(filesStatement.text)).rows).toEqual([{ count: 3, bytes: '4000000100' }]);
});

test('nobody waits for an answer for long', async () => {
  await odoo.query('begin');
  await odoo.query(BRIEFLY.text);

  expect((await odoo.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '5s' }]);
});
