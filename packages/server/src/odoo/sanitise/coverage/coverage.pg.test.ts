import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { emptyDatabase, type FreshDatabase } from '../../../../../../test/setup/database.ts';
import { Secret } from '../../../domain/secret.ts';
import { planMasking } from '../plan-masking.ts';
import { NO_PROJECT_RULES, type ProjectRules } from '../project-rules.ts';
import { readCatalog } from '../read-catalog.ts';
import { coverage, doubtful, requireDecided, undecided } from './coverage.ts';
import { printCoverage } from './print-coverage.ts';

/** As much of Odoo's tables as the catalogue reads, and a module of somebody's own. */
const ODOO = `
  create table ir_module_module (id serial primary key, name varchar, state varchar, latest_version varchar);
  insert into ir_module_module (name, state, latest_version) values ('base', 'installed', '19.0.1.3'), ('crm', 'uninstalled', null);
  create table ir_model (id serial primary key, model varchar, state varchar, transient boolean);
  create table ir_model_fields (id serial primary key, model varchar, name varchar, ttype varchar, relation varchar, related varchar,
    state varchar, translate varchar, company_dependent boolean);
  create table ir_model_data (id serial primary key, module varchar, name varchar, model varchar, res_id int);
  create table res_partner (id serial primary key, name varchar, email varchar(64) unique, parent_id int references res_partner on delete cascade);
  create table crm_stage (id serial primary key, name jsonb);
  create table x_lab (id serial primary key, sample varchar, colour varchar, title jsonb, sum numeric generated always as (1) stored);
  insert into ir_model (model, state, transient) values ('res.partner', 'base', false), ('crm.stage', 'base', false), ('x.lab', 'base', false);
  insert into ir_model_fields (model, name, ttype, state, translate, company_dependent) values
    ('res.partner', 'name', 'char', 'base', null, false), ('res.partner', 'email', 'char', 'base', null, false),
    ('crm.stage', 'name', 'char', 'base', 'standard', false), ('x.lab', 'sample', 'char', 'base', null, false),
    ('x.lab', 'title', 'char', 'base', 'standard', null);
  insert into res_partner (name, email) values ('Jane Doe', 'jane@acme.test'), ('Bob Roe', 'bob@acme.test');
  insert into crm_stage (name) values ('{"en_US": "New"}'), ('{"en_US": "Ask Jane", "fr_BE": "Jane Doe"}');
  insert into x_lab (sample, colour, title) values ('jane@acme.test', 'red', '{"en_US": "x"}'), ('+32 470 12 34 56', 'blue', null),
    ('BE71 0961 2345 6769', 'Jane Doe', null), ('BE0477472701', null, null), ('plain', '2026-01-01', null)`;

describe('the coverage report', () => {
  let fresh: FreshDatabase;
  let client: pg.Client;
  const query = async (text: string, parameters: readonly unknown[]) =>
    (await client.query(text, [...parameters])).rows;
  const report = async (rules: Partial<ProjectRules> = {}) => {
    const catalog = await readCatalog(query);
    const plan = planMasking(catalog, { key: new Secret('k'), rules: { ...NO_PROJECT_RULES, ...rules } });
    return coverage(catalog, plan, query);
  };
  beforeAll(async () => {
    fresh = await emptyDatabase(inject('postgresUrl'));
    client = new pg.Client({ connectionString: fresh.url });
    await client.connect();
    await client.query(ODOO);
  });
  afterAll(async () => {
    await client?.end();
    await fresh?.drop();
  });

  it('is made from what PostgreSQL says, with names that Odoo puts on it', async () => {
    const catalog = await readCatalog(query);
    expect(catalog.series).toBe('19.0');
    expect(catalog.modules).toEqual([{ name: 'base', version: '19.0.1.3' }]);
    const partner = catalog.tables.find((table) => table.name === 'res_partner');
    expect(partner).toMatchObject({
      primaryKey: ['id'],
      model: { name: 'res.partner' },
      foreignKeys: [{ column: 'parent_id', references: 'res_partner', onDelete: 'cascade', notNull: false }],
    });
    expect(partner?.columns.find((column) => column.name === 'email')).toMatchObject({
      type: 'character varying(64)',
      maxLength: 64,
      unique: true,
      label: { ttype: 'char' },
    });
    const lab = catalog.tables.find((table) => table.name === 'x_lab');
    expect(lab?.columns.find((column) => column.name === 'sum')?.generated).toBe(true);
    expect(lab?.columns.find((column) => column.name === 'colour')?.label).toBeNull();
  });

  it('finds in unknown columns what looks like an address, number, account or name, and never tells which', async () => {
    const found = await report();
    const hits = Object.fromEntries(undecided(found).map((one) => [`${one.table}.${one.column}`, one.looksLike]));
    expect(hits).toEqual({
      'x_lab.sample': { email: 1, phone: 1, iban: 1, 'tax-id': 1 },
      'x_lab.colour': { name: 1 },
    });
    expect(JSON.stringify(found)).not.toMatch(/jane|0961|470 12/i);
  });

  it('stops the snapshot for them, all named at once, until a rule says what they hold', async () => {
    const stopped = await report();
    expect(() => requireDecided(stopped)).toThrow(/x_lab\.sample \(1 email-like.*x_lab\.colour \(1 name-like\)/);
    const decided = await report({ columns: { 'x_lab.sample': 'text', 'x_lab.colour': 'keep' } });
    expect(() => requireDecided(decided)).not.toThrow();
  });

  it('shows columns that are kept and hold somebody, also in one language only', async () => {
    expect(doubtful(await report()).map((one) => [`${one.table}.${one.column}`, one.looksLike])).toEqual([
      ['crm_stage.name', { name: 1 }],
    ]);
  });

  it('reads as text with sums first', async () => {
    const text = printCoverage(await report());
    expect(text).toMatch(/^Personal data in slipway_test_\w+: \d+ columns/);
    expect(text).toMatch(/To decide: .*\n {2}x_lab\.sample/);
    expect(text).toMatch(/res_partner\.email +res\.partner +2 +personal +email +masked/);
  });
});
