import { execFileSync } from 'node:child_process';
import type { RollbackPreview } from '@slipway/contracts/production-views';
import type { RunView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../setup/database.ts';
import type { Installation } from './installation.ts';
import { openProductionStand, PRODUCTION, type ProductionStand, running } from './production-stand.ts';
import { steadily } from './steadily.ts';

const HELLO = 'addons/shop_order/views/hello.xml';
const CONTROLLER = 'addons/shop_order/controllers/hello.py';

/** Production that Slipway runs: opened, deployed to with and without an update, and brought back, while people use it. */
describe('production', () => {
  let stand: ProductionStand;
  let slipway: Installation;

  beforeAll(async () => {
    stand = await openProductionStand({
      edit: (config) =>
        config.replace(
          'stages:',
          'stages:\n  production: {target: docker, branch: production, drain: 5s}\n  staging: {refresh: never}',
        ),
    });
    slipway = stand.slipway;
  });
  afterAll(() => stand?.close());

  const ended = (begun: { run: string }) => stand.ended(begun, 600);
  const git = (...words: string[]): string => stand.git(...words);
  const production = () => stand.view();
  const hello = () => stand.hello();
  const crons = () => stand.crons();
  /** Brings staging to its branch, asks for the promotion, and lets it go. */
  const promote = async (sha: string): Promise<RunView> => {
    expect((await ended(await slipway.api('POST', '/projects/shop/staging/deploy', {}))).failure).toBeNull();
    return ended(await stand.deploy(sha));
  };

  it('begins as a company of its own, with a password that nobody else knows', async () => {
    const opened = await ended(await slipway.api('POST', '/projects/shop/production', {}));
    expect(opened.failure).toBeNull();
    expect((await slipway.get(PRODUCTION, '/web/login')).status).toBe(200);
    expect(await hello()).toContain('Welcome to the shop');
    const view = await production();
    expect(view).toMatchObject({ state: 'live', database: 'odoo_production', wayBack: null });
    expect(view.login?.password).toMatch(/^.{20,}$/);
    expect(crons()).toHaveLength(1);
    const { rows } = await onServer(slipway.databaseUrl('odoo_production'), (client) =>
      client.query(`select password from res_users where login = 'admin'`),
    );
    expect(rows[0].password).toMatch(/^\$pbkdf2/);
  });

  it('cannot be opened over itself', async () => {
    await expect(slipway.api('POST', '/projects/shop/production', {})).rejects.toThrow(/production-there/);
  });

  it('takes nothing that nobody approved', async () => {
    await expect(slipway.api('POST', '/projects/shop/promotions', {})).rejects.toThrow(/staging/);
  });

  it('is what staging is made of', async () => {
    expect(
      (await ended(await slipway.api('POST', '/projects/shop/snapshots', { kind: 'sanitised' }))).failure,
    ).toBeNull();
    expect((await ended(await slipway.api('POST', '/projects/shop/staging/refresh', {}))).failure).toBeNull();
  });

  it('takes over new code without a failed request, and goes back in seconds', async () => {
    const sha = slipway.commit('main', 'Orders are counted aloud', {
      [CONTROLLER]: ['sudo().search_count([])', 'sudo().search_count([]) + 1000'],
    });
    const people = steadily(() => slipway.get(PRODUCTION, '/shop/hello'));
    const deployed = await promote(sha);
    expect(deployed.failure).toBeNull();
    expect(deployed.steps.map(({ name }) => name)).toEqual(expect.arrayContaining(['start-cron', 'move-branch']));
    expect(await hello()).toContain('1000');
    expect(crons()).toHaveLength(1);
    expect(await production()).toMatchObject({ sha, wayBack: { losesData: false } });
    expect(git('rev-parse', 'production')).toBe(sha);
    expect(git('tag', '--points-at', sha)).toMatch(/^production-\d{4}-\d{2}-\d{2}-1$/);

    const back = await ended(await slipway.api('POST', '/projects/shop/production/rollback', {}));
    expect(back.failure).toBeNull();
    expect(await hello()).not.toContain('1000');
    expect(crons()).toHaveLength(1);
    const { failed, count } = await people.stop();
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(20);
  });

  it('updates modules on a copy, and goes back to the database that it had', async () => {
    const sha = slipway.commit('main', 'A warmer welcome', { [HELLO]: ['Welcome to', 'A warm welcome to'] });
    const deployed = await promote(sha);
    expect(deployed.failure).toBeNull();
    expect(deployed.steps.map(({ name }) => name)).toEqual(expect.arrayContaining(['serve-reads', 'compare-figures']));
    expect(await hello()).toContain('A warm welcome to');
    expect(await production()).toMatchObject({ sha, database: 'odoo_production_b', wayBack: { losesData: true } });
    expect(crons()).toHaveLength(1);
    // The way back is not touched any more: not even by an Odoo that still has it open.
    const { rows } = await onServer(slipway.databaseUrl('odoo_production'), (client) =>
      client.query(`select has_table_privilege('odoo_production', 'res_partner', 'update') as writes`),
    );
    expect(rows[0].writes).toBe(false);

    await expect(slipway.api('POST', '/projects/shop/production/rollback', {})).rejects.toThrow(/not-confirmed/);
    const lost = await slipway.api<RollbackPreview>('GET', '/projects/shop/production/rollback-bill');
    expect(lost).toMatchObject({ losesData: true, bill: { former: 'odoo_production', unread: [] } });
    const back = await ended(await slipway.api('POST', '/projects/shop/production/rollback', { confirm: true }));
    expect(back.failure).toBeNull();
    expect(await hello()).toContain('Welcome to the shop');
    expect(await production()).toMatchObject({ database: 'odoo_production' });
    expect(crons()).toHaveLength(1);
  });

  it('is started again when its containers are gone', async () => {
    execFileSync('docker', ['rm', '-f', ...running(slipway)]);
    await expect
      .poll(async () => (await slipway.get(PRODUCTION, '/web/login')).status, { timeout: 90_000, interval: 500 })
      .toBe(200);
    await expect.poll(crons, { timeout: 60_000, interval: 500 }).toHaveLength(1);
  });
});
