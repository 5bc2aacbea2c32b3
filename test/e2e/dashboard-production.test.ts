import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../setup/database.ts';
import { openBrowser } from '../web/browser.ts';
import {
  approve,
  ask,
  backUp,
  type Doer,
  gate,
  go,
  panel,
  restore,
  rollBack,
  staying,
  watch,
} from './dashboard-flows.ts';
import { type Hands, keyboard, mouse } from './dashboard-hands.ts';
import { firstPerson, invited, type Person, toldByUp } from './dashboard-people.ts';
import type { Installation } from './installation.ts';
import { openProductionStand, type ProductionStand } from './production-stand.ts';

const HELLO = 'addons/shop_order/views/hello.xml';
const MODEL = 'addons/shop_order/models/shop_order.py';
const CONTROLLER = 'addons/shop_order/controllers/hello.py';
const PRICE = '    price = fields.Float()';
const GREETING = `${PRICE}\n    greeting = fields.Char(default="Hello")`;
/** A rehearsal takes as long as the deployment: production.test.ts has one. */
const CONFIG = `promotion: {gates: {rehearsal: off, invariants: off}}
stages:
  production: {target: docker, branch: production, drain: 5s}
  staging: {refresh: never}`;

/** What Slipway is for, by people who signed in to its dashboard: first with the mouse, then by the keyboard alone. */
describe('the dashboard, with a production', () => {
  let stand: ProductionStand;
  let slipway: Installation;
  let browser: Browser;
  let board: string;
  /** Administers the installation, and approves. */
  let iris: Person;
  /** Administers the project. */
  let ruth: Person;
  /** Tests: may ask, and may not approve. */
  let tess: Person;

  beforeAll(async () => {
    stand = await openProductionStand({ edit: (config) => config.replace('stages:', CONFIG) });
    slipway = stand.slipway;
    const opened = succeeded(slipway.api('POST', '/projects/shop/production', {}));
    browser = await openBrowser();
    const told = await toldByUp(slipway);
    board = `${told.dashboard}/projects/shop`;
    iris = await firstPerson(browser, told.setup, 'Iris');
    ruth = await invited(browser, slipway, 'Ruth', 'admin');
    tess = await invited(browser, slipway, 'Tess', 'tester');
    await opened;
    await order('odoo_production', 'Kept order');
    await succeeded(slipway.api('POST', '/projects/shop/snapshots', { kind: 'sanitised' }));
    await succeeded(slipway.api('POST', '/projects/shop/staging/refresh', {}));
  });
  afterAll(async () => {
    await browser?.close();
    await stand?.close();
  });

  const succeeded = async (begun: Promise<{ readonly run: string }>): Promise<void> =>
    expect((await stand.ended(await begun, 600)).failure).toBeNull();
  const sql = (database: string, text: string, values: readonly string[] = []) =>
    onServer(slipway.databaseUrl(database), async (client) => (await client.query(text, [...values])).rows);
  const order = (database: string, name: string) =>
    sql(
      database,
      `insert into shop_order (name, quantity, create_uid, write_uid, create_date, write_date)
       values ($1, 3, 2, 2, now() at time zone 'utc', now() at time zone 'utc')`,
      [name],
    );
  const orders = async (database: string): Promise<string[]> =>
    (await sql(database, 'select name from shop_order order by id')).map(({ name }) => name);
  const stage = () => succeeded(slipway.api('POST', '/projects/shop/staging/deploy', {}));
  const doer = ({ page }: Person, by: (page: Person['page']) => Hands): Doer => ({ page, hands: by(page), board });
  const complaints = () => [iris, ruth, tess].flatMap((person) => person.complaints);

  /**
   * What holds of each way of doing it: makes a backup, changes both databases, and has staging as the backup is. `more`: what the code
   * that staging runs adds to the orders that it counts.
   */
  const restores = async (by: (page: Person['page']) => Hands, more = 0): Promise<void> => {
    const before = await orders('odoo_production');
    await ruth.page.goto(board);
    const backup = await backUp(doer(ruth, by));
    await order('odoo_production', 'Ordered after the backup');
    await order('odoo_staging', 'Tried out on staging');
    await restore(doer(ruth, by), backup);
    expect(await orders('odoo_staging')).toEqual(before);
    const { text } = await slipway.get({ url: 'http://staging.localhost' }, '/shop/hello');
    expect(text).toContain(`<span>${before.length + more}</span>`);
    expect(await orders('odoo_production')).toEqual([...before, 'Ordered after the backup']);
  };

  describe('with the mouse', () => {
    let sha: string;
    let promotion: string;

    it('shows what is promoted, what holds it up and how that is mended', async () => {
      await sql('odoo_production', 'alter table res_partner add column x_points integer');
      const { page } = ruth;
      await page.goto(`${board}/backups`);
      await mouse(page).press('button', 'Take a snapshot');
      await mouse(page).press('button', 'Take it', page.getByRole('dialog'));
      await watch(doer(ruth, mouse), 'Failed');
      sha = slipway.commit('main', 'A warmer welcome', {
        [HELLO]: ['Welcome to', 'A warm welcome to'],
        [MODEL]: [PRICE, GREETING],
      });
      await stage();

      promotion = await ask(doer(ruth, mouse), sha);
      await panel(page, 'Commits: 1').getByText('A warmer welcome').waitFor();
      await panel(page, /^Modules/)
        .getByRole('row')
        .filter({ hasText: 'shop_order' })
        .getByText('update', { exact: true })
        .first()
        .waitFor();
      await panel(page, 'How it goes live').getByText('cannot save for about').waitFor();
      await gate(page, 'Smoke tests').getByText('Passes').waitFor();
      const drift = gate(page, "Production's schema is known");
      await drift.getByText('Fails').waitFor();
      expect(await drift.textContent()).toMatch(/x_points.*Take a snapshot/);
    });

    it('sees without a reload that it was mended', async () => {
      const stayed = await staying(ruth.page);
      const { page } = iris;
      await page.goto(`${board}/backups`);
      await mouse(page).press('button', 'Take a snapshot');
      await page.getByLabel(/I have looked at the columns/).click();
      await mouse(page).press('button', 'Take it', page.getByRole('dialog'));
      await watch(doer(iris, mouse));
      await gate(ruth.page, "Production's schema is known").getByText('Passes').waitFor({ timeout: 60_000 });
      await gate(ruth.page, 'Fresh backup').getByText('Passes').waitFor({ timeout: 60_000 });
      await stayed();
    });

    it('is approved by somebody else, and not by who asked', async () => {
      const { page } = ruth;
      const stayed = await staying(page);
      expect(await page.getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true);
      await page.getByText('You asked for it: somebody else has to approve.').waitFor();
      const forced = await page.evaluate(
        ([id, sha]) =>
          fetch(`/api/v1/projects/shop/promotions/${id}/approve`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ sha }),
          }).then((answer) => answer.json()),
        [promotion.split('/').at(-1), sha],
      );
      expect(forced).toMatchObject({ status: 403, code: 'approval-own' });

      await approve(doer(iris, mouse), sha);
      await panel(page, 'Approvals').getByText('Seen on staging').waitFor();
      await stayed();
    });

    it('goes to production, and shows each step as it comes', async () => {
      const stayed = await staying(ruth.page);
      const steps = await go(doer(ruth, mouse));
      expect(steps.length).toBeGreaterThan(5);
      await stayed();
      expect(await stand.hello()).toContain('A warm welcome to the shop');
      expect(await stand.view()).toMatchObject({ sha, database: 'odoo_production_b' });
    });

    it('goes back, with the bill first', async () => {
      await order('odoo_production_b', 'Lost order');
      const { page } = ruth;
      const stayed = await staying(page);
      await rollBack(doer(ruth, mouse), /1 new.*records that people made/);
      await stayed();
      expect(await stand.hello()).toContain('Welcome to the shop');
      expect(await orders('odoo_production')).toEqual(['Kept order']);
    });

    it('restores a backup into staging', () => restores(mouse));
  });

  describe('by the keyboard alone', () => {
    let sha: string;

    it('promotes what staging runs', async () => {
      sha = slipway.commit('main', 'The welcome as before, orders counted aloud', {
        [HELLO]: ['A warm welcome to', 'Welcome to'],
        [MODEL]: [GREETING, PRICE],
        [CONTROLLER]: ['sudo().search_count([])', 'sudo().search_count([]) + 1000'],
      });
      await stage();
      await ask(doer(tess, keyboard), sha);
      await tess.page.getByText('Approve: Admins of the project approve.').waitFor();
      await approve(doer(iris, keyboard), sha);
      const stayed = await staying(tess.page);
      expect((await go(doer(tess, keyboard))).length).toBeGreaterThan(2);
      await stayed();
      expect(await stand.hello()).toContain('1002');
    });

    it('goes back', async () => {
      await rollBack(doer(ruth, keyboard), /nothing is lost|records that people made/);
      expect(await stand.hello()).not.toContain('1002');
    });

    it('restores a backup into staging', () => restores(keyboard, 1000));
  });

  it('throws nothing and breaks no policy meanwhile', () => {
    expect(complaints()).toEqual([]);
  });
});
