import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { emptyDatabase, type FreshDatabase, onServer } from '../../../../../test/setup/database.ts';
import { Secret } from '../../domain/secret.ts';
import { AdminClient } from '../../drivers/databases/postgres/client.ts';
import { openTransactions } from '../../drivers/databases/postgres/transactions.ts';
import { measureInvariants } from './measure.ts';

/** As Odoo 14 has them: an account's type in words of its own, a payment whose state is its entry's, properties in a table, names that are no jsonb. */
const FOURTEEN = `
  create table ir_config_parameter (id int, key text, value text);
  create table ir_model (id int, model text);
  create table res_company (id int, name text, currency_id int, period_lock_date date, fiscalyear_lock_date date);
  create table res_currency (id int, name text, active boolean);
  create table account_account (id int, code text, name text, internal_type text);
  create table account_move (id int, name text, state text, move_type text, company_id int, currency_id int, amount_total numeric, amount_residual numeric,
    journal_id int, sequence_prefix text, sequence_number int);
  create table account_move_line (id int, parent_state text, balance numeric, debit numeric, credit numeric, amount_residual numeric, company_id int, account_id int);
  create table account_payment (id int, move_id int, payment_type text, amount numeric);
  create table account_tax (id int, name text, amount numeric, amount_type text, type_tax_use text, active boolean, company_id int);
  create table product_product (id int);
  create table stock_quant (id int, product_id int);
  create table ir_property (id int, name text, res_id text, company_id int, value_float float);
  insert into res_company values (1, 'Shop', 1, null, '2026-01-31');
  insert into res_currency values (1, 'EUR', true);
  insert into account_account values (7, '400000', 'Customers', 'receivable'), (8, '700000', 'Sales', 'other');
  insert into account_move values (1, 'INV/1', 'posted', 'out_invoice', 1, 1, 121, 121, 1, 'INV/', 1);
  insert into account_move_line values (1, 'posted', 121, 121, 0, 121, 1, 7), (2, 'posted', -121, 0, 121, 0, 1, 8), (3, 'draft', 5, 5, 0, 5, 1, 7);
  insert into account_payment values (1, 1, 'inbound', 21);
  insert into account_tax values (1, 'VAT 21', 21.0000, 'percent', 'sale', true, 1);
  insert into product_product values (3);
  insert into stock_quant values (1, 3);
  insert into ir_property values (1, 'standard_price', 'product.product,3', 1, 12.5), (2, 'property_account_receivable_id', null, 1, null)`;

let database: FreshDatabase;
let admin: AdminClient;
beforeAll(async () => {
  database = await emptyDatabase(inject('postgresUrl'));
  await onServer(database.url, async (client) => void (await client.query(FOURTEEN)));
  admin = new AdminClient(new Secret(database.url));
});
afterAll(async () => {
  await admin?.end();
  await database?.drop();
});

test('columns of an older series are asked as that series has them', async () => {
  const { invariants } = await openTransactions(admin).read({ url: new Secret(database.url) }, (session) =>
    measureInvariants(session, { subject: 'old', own: [] }),
  );
  const figures = (id: string) =>
    invariants.find((one) => one.id === id)?.figures.map(({ of, value }) => `${of} = ${value}`);

  expect(invariants.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(figures('account-balances')).toEqual([
    'Balance of account 400000 Customers of company 1 = 121',
    'Balance of account 700000 Sales of company 1 = -121',
  ]);
  expect(figures('receivable-payable')).toEqual([
    'Receivable still open of company 1 (Shop) = 121',
    'Receivable total of company 1 (Shop) = 121',
  ]);
  expect(figures('payments')).toEqual([
    'Number of payments, type inbound, state posted, company 1 Shop = 1',
    'Total of payments, type inbound, state posted, company 1 Shop = 21',
  ]);
  expect(figures('product-costs')).toEqual(['Costs of all products in stock, company 1 Shop = 12.5']);
  expect(figures('properties')).toEqual(['standard_price set for company 1 = 1']);
  expect(figures('taxes')).toEqual(['Tax VAT 21 of company 1 = sale percent 21 in use']);
  expect(figures('companies')).toContain('The period lock date of company 1 (Shop) = none');
});
