import { compareInvariants } from '@slipway/contracts/compare-invariants';
import type { OwnInvariant } from '@slipway/contracts/invariants-config';
import type { Comparison, Figures } from '@slipway/contracts/invariants-views';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../packages/server/src/domain/secret.ts';
import { AdminClient } from '../../../packages/server/src/drivers/databases/postgres/client.ts';
import { openTransactions, runners } from '../../../packages/server/src/drivers/databases/postgres/transactions.ts';
import { describeDatabase, moduleStates } from '../../../packages/server/src/odoo/description/database.ts';
import { INVARIANTS } from '../../../packages/server/src/odoo/invariants/all.ts';
import { measureInvariants } from '../../../packages/server/src/odoo/invariants/measure.ts';
import type { SqlSession } from '../../../packages/server/src/ports/sql-databases.ts';
import { type Company, type CompanyCopy, company } from '../../setup/company.ts';
import { inDatabase, onServer } from '../../setup/database.ts';
import { tradingCopy } from '../../setup/trade.ts';
import { asOdoo, withClient } from '../neutralise/look-inside.ts';
import { SPOILS } from './spoils.ts';

let server: Company;
let shop: CompanyCopy;
let admin: AdminClient;

beforeAll(async () => {
  server = await company();
  shop = await tradingCopy(server, 'figures');
  admin = new AdminClient(new Secret(shop.url));
});
afterAll(async () => {
  await admin?.end();
  await shop?.drop();
  await server?.stop();
});

const measure = (url: string, own: readonly OwnInvariant[] = []): Promise<Figures> =>
  openTransactions(admin).read(asOdoo(url), (session) => measureInvariants(session, { subject: 'shop', own }));

const stateOf = ({ invariants }: Figures): Record<string, string> =>
  Object.fromEntries(invariants.map(({ id, state }) => [id, state]));

/** What changed while `change` was done; all of it is undone. */
const changedBy = (change: string, before = ''): Promise<Comparison> =>
  withClient(asOdoo(shop.url), async (client: pg.Client) => {
    await client.query('begin');
    const script = async (text: string): Promise<void> => void (await client.query(text));
    const session: SqlSession = { ...runners(client), script };
    if (before !== '') await script(before);
    const then = await measureInvariants(session, { subject: 'shop', own: [] });
    await script(change);
    const now = await measureInvariants(session, { subject: 'shop', own: [] });
    await client.query('rollback');
    return compareInvariants(then, now);
  });

describe('business figures', () => {
  test('every invariant has something of which it is measured, but for those of other series and of modules that are not free', async () => {
    const figures = await measure(shop.url);
    const absent = figures.invariants.filter(({ state }) => state !== 'measured');

    expect(absent.map(({ id, state }) => `${id} ${state}`)).toEqual(['payslips absent', 'stock-value-layers absent']);
    expect(figures.invariants.filter((one) => one.state === 'measured' && one.figures.length === 0)).toEqual([]);
  });

  test('they are the same when they are asked again, to the letter', async () => {
    const [first, second] = [await measure(shop.url), await measure(shop.url)];

    expect(second.invariants).toEqual(first.invariants);
    expect(compareInvariants(first, second)).toMatchObject({ ok: true, broken: [] });
  });

  test('debit and credit of the books agree', async () => {
    const { invariants } = await measure(shop.url);
    const balance = invariants.find(({ id }) => id === 'trial-balance')?.figures;

    expect(balance?.find(({ key }) => key === '1/Debit minus credit')?.value).toBe('0');
    expect(balance?.find(({ key }) => key === '1/Debit')?.value).toMatch(/^\d{5}\.\d{1,2}$/);
  });

  test('there is a case for every invariant', () => {
    expect(Object.keys(SPOILS).sort()).toEqual(INVARIANTS.map(({ id }) => id).sort());
  });

  test.each(Object.entries(SPOILS))(
    '%s: one changed row is named, and nothing else',
    async (id, { sql, says, before }) => {
      const { broken } = await changedBy(sql, before);

      expect([...new Set(broken.map((one) => one.id))]).toEqual([id]);
      expect(broken.map((one) => one.says)).toContainEqual(expect.stringMatching(says));
    },
  );

  test('a document that came is as much a change as one that went', async () => {
    const { broken } = await changedBy(
      `insert into sale_order (name, state, company_id, currency_id, partner_id, partner_invoice_id, partner_shipping_id, date_order, picking_policy, warehouse_id, amount_total)
       select 'S9', 'cancel', company_id, currency_id, partner_id, partner_invoice_id, partner_shipping_id, date_order, picking_policy, warehouse_id, 5 from sale_order limit 1`,
    );

    expect(broken.map(({ says }) => says)).toEqual([
      expect.stringMatching(/^Number of sales orders, state cancel, .* was not there before, is 1$/),
      expect.stringMatching(/^Total of sales orders, state cancel, .* was not there before, is 5\.00$/),
    ]);
  });

  test('a table that an update drops is named', async () => {
    const { broken } = await changedBy('drop table loyalty_card cascade');

    expect(broken.map(({ says }) => says)).toEqual([
      expect.stringMatching(
        /^Gift cards, coupons and points could be measured before, and cannot now: there is no table/,
      ),
    ]);
  });

  test('more records, more numbers used and new groups are no break', async () => {
    const { broken } = await changedBy(
      `select nextval('ir_sequence_025');
       update res_partner set active = true where not active;
       insert into res_groups (name) values ('{"en_US": "New"}')`,
    );

    expect(broken).toEqual([]);
  });

  test('Odoo goes on writing while they are measured: all of them belong to one moment', async () => {
    const figures = await openTransactions(admin).read(asOdoo(shop.url), async (session) => {
      await session.run({ text: 'select 1', parameters: [] });
      await onServer(shop.url, async (client) => {
        await client.query('update sale_order set amount_total = amount_total + 1');
      });
      return measureInvariants(session, { subject: 'shop', own: [] });
    });
    const after = await measure(shop.url);
    await onServer(
      shop.url,
      async (client) => void (await client.query('update sale_order set amount_total = amount_total - 1')),
    );

    expect(compareInvariants(figures, await measure(shop.url)).ok).toBe(true);
    expect(compareInvariants(figures, after).broken.map(({ id }) => id)).toEqual(['sales-orders']);
  });

  test('a database that is none of Odoo is refused', async () => {
    await expect(measure(inDatabase(shop.url, 'postgres'))).rejects.toMatchObject({ code: 'odoo-missing' });
  });
});

describe('figures of the project’s own', () => {
  const own = (sql: string, more: Partial<OwnInvariant> = {}): OwnInvariant => ({
    ...{ name: 'mine', sql, compare: 'equal', within: 0 },
    ...more,
  });
  const mine = async (sql: string) => (await measure(shop.url, [own(sql)])).invariants.at(-1);

  test('the last column is the figure, exactly as PostgreSQL has it', async () => {
    expect(
      (
        await mine(
          `select 'a' as what, date '2026-09-01' as day, 1234567890123456789.10::numeric as sum union all select 'b', null, null;`,
        )
      )?.figures,
    ).toEqual([
      { key: 'a / 2026-09-01', of: 'mine: a / 2026-09-01', unit: 'quantity', value: '1234567890123456789.1' },
      { key: 'b / ', of: 'mine: b / ', unit: 'text', value: '' },
    ]);
    expect((await mine(`select count(*) from sale_order -- all`))?.figures).toMatchObject([
      { of: 'mine', value: '25' },
    ]);
  });

  test.each([
    [
      'ends the transaction',
      'select 1) x; commit; update sale_order set amount_total = 0; select (1',
      /multiple commands/,
    ],
    ['writes', 'with gone as (delete from mail_message returning id) select count(*) from gone', /data-modifying/],
    ['is no SELECT', `update sale_order set amount_total = 0 returning id`, /syntax error/],
    [
      'sets what it may do',
      `select set_config('transaction_read_only', 'off', true)`,
      /cannot set transaction read-write/,
    ],
    ['asks for what is not there', 'select sum(nothing) from sale_order', /column "nothing" does not exist/],
    ['answers without end', 'select generate_series(1, 5000)', /more than 1000 rows/],
  ])('SQL that %s is refused, and the other figures are measured all the same', async (_, sql, why) => {
    const figures = await measure(shop.url, [own(sql), own('select 1', { name: 'next' })]);

    expect(figures.invariants.at(-2)).toMatchObject({ state: 'failed', why: expect.stringMatching(why) });
    expect(figures.invariants.at(-1)).toMatchObject({ state: 'measured', figures: [{ value: '1' }] });
    expect(stateOf(figures)).toMatchObject({ 'sales-orders': 'measured', properties: 'measured' });
  });

  test('a timeout that one takes away holds for the next one again', async () => {
    const figures = await measure(shop.url, [
      own(`select set_config('statement_timeout', '0', false)`),
      own(`select current_setting('statement_timeout')`, { name: 'next' }),
    ]);

    expect(figures.invariants.at(-1)?.figures).toMatchObject([{ value: '30s' }]);
  });
});

// Of all 246 it was tried by hand: that takes as long as everything else here.
test('an update of the stock and of all that builds on it changes none of them', async () => {
  const updated = inDatabase(shop.url, 'figures_updated');
  await onServer(inDatabase(shop.url, 'postgres'), async (client) => {
    await client.query(`create database figures_updated template ${pg.escapeIdentifier(shop.database)} owner odoo`);
  });
  const before = await measure(updated);
  await server.odoo('figures_updated', ['-u', 'stock', '--stop-after-init', '--no-http', '--log-level=warn']);

  expect(compareInvariants(before, await measure(updated)).broken).toEqual([]);
});

describe('what the same Odoo consists of', () => {
  test('is named: its modules, models, menus and actions, the same when it is asked again', async () => {
    const read = () => openTransactions(admin).read(asOdoo(shop.url), describeDatabase);
    const files = new Map((await read()).map(({ path, text }) => [path, text]));

    expect(files.get('runtime/modules.prod.csv')).toMatch(/^sale,installed,19\.0\.[\d.]+,LGPL-3,Odoo S\.A\.,/m);
    expect(files.get('runtime/models.prod.csv')).toMatch(/^sale\.order,Sales Order,false,\d+,\d+,.*\bsale\b/m);
    expect(files.get('runtime/menus.prod.csv')).toMatch(
      /^Sales \/ Orders \/ Orders,sale\.\w+,"?ir\.actions\.\w+,\d+"?,/m,
    );
    expect(files.get('runtime/window-actions.prod.csv')).toMatch(/^sale\.action_orders,Sales Orders,sale\.order,/m);
    for (const text of files.values()) expect(text.split('\n').length).toBeGreaterThan(50);
    expect(new Map((await read()).map(({ path, text }) => [path, text]))).toEqual(files);
  });

  test('has states and versions by module', async () => {
    const states = await openTransactions(admin).read(asOdoo(shop.url), moduleStates);

    expect(states.get('sale')).toMatchObject({ state: 'installed', version: expect.stringMatching(/^19\.0\./) });
  });
});
