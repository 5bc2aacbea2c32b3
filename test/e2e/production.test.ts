import { execFileSync } from 'node:child_process';
import type { ProductionView, RollbackPreview } from '@slipway/contracts/production-views';
import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { RunView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GithubBehindPrism, startGithubBehindPrism } from '../fakes/github/behind-prism.ts';
import { onServer } from '../setup/database.ts';
import { Installation } from './installation.ts';
import { steadily } from './steadily.ts';

const HELLO = 'addons/shop_order/views/hello.xml';
const CONTROLLER = 'addons/shop_order/controllers/hello.py';
const PRODUCTION = { url: 'http://production.localhost' } as never;

/** Production that Slipway runs: opened, deployed to with and without an update, and brought back, while people use it. */
describe('production', () => {
  let github: GithubBehindPrism;
  let slipway: Installation;
  /** The token of somebody who wrote nothing and asked for nothing. */
  let grace: string;

  beforeAll(async () => {
    github = await startGithubBehindPrism();
    slipway = new Installation(github.url);
    await slipway.prepare((config) =>
      config.replace(
        'stages:',
        'stages:\n  production: {target: docker, branch: production, drain: 5s}\n  staging: {refresh: never}',
      ),
    );
    await slipway.start();
    await slipway.api('POST', '/projects', { folder: slipway.shop });
    const made = { name: 'grace', email: 'grace@example.com', scopes: ['approve'] };
    grace = (await slipway.api<{ token: string }>('POST', '/tokens', made)).token;
  });
  afterAll(async () => {
    await slipway?.remove();
    await github?.close();
  });

  const ended = async ({ run }: { run: string }, seconds = 600): Promise<RunView> => {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const view = await slipway.api<RunView>('GET', `/runs/${run}`);
      if (view.failure?.code === 'internal') throw new Error(slipway.lastWords());
      if (view.state !== 'queued' && view.state !== 'running') return view;
      if (Date.now() > until) throw new Error(`${JSON.stringify(view, null, 1)}\n${slipway.lastWords()}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: slipway.shop, encoding: 'utf8' }).trim();
  const production = () => slipway.api<ProductionView>('GET', '/projects/shop/production');
  const hello = async () => (await slipway.get(PRODUCTION, '/shop/hello')).text;
  /** Brings staging to its branch, asks for the promotion, and has somebody else look at it. */
  const approved = async (sha: string): Promise<PromotionView> => {
    expect((await ended(await slipway.api('POST', '/projects/shop/staging/deploy', {}))).failure).toBeNull();
    const asked = await slipway.api<PromotionView>('POST', '/projects/shop/promotions', {});
    expect(asked).toMatchObject({ state: 'open', ready: false, release: { sha } });
    await slipway.api('POST', `/projects/shop/promotions/${asked.id}/approve`, { sha }, grace);
    return asked;
  };
  /** Waits for the backup that asking has begun, and lets it go. */
  const promote = async (sha: string): Promise<RunView> => {
    const { id } = await approved(sha);
    const until = Date.now() + 120_000;
    for (;;) {
      const view = await slipway.api<PromotionView>('POST', '/projects/shop/promotions', {});
      if (view.ready) break;
      const open = view.gates.filter(({ state }) => state === 'wait' || state === 'fail');
      if (open.some(({ state }) => state === 'fail') || Date.now() > until)
        throw new Error(JSON.stringify(open, null, 1));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const { run } = await slipway.api<{ run: string }>('POST', `/projects/shop/promotions/${id}/go`, {});
    return ended({ run });
  };
  const crons = (): string[] =>
    execFileSync('docker', ['ps', '--format', '{{.Names}}'], { encoding: 'utf8' })
      .split('\n')
      .filter((name) => name.includes(slipway.instance) && name.endsWith('-cron'));

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

  it('takes back by itself code that fails when people use it', async () => {
    const before = await production();
    const sha = slipway.commit('main', 'Orders are counted by a field that is not there', {
      [CONTROLLER]: ['search_count([])', "search_count([('nope', '=', 1)])"],
    });
    const people = steadily(() => slipway.get(PRODUCTION, '/shop/hello'));
    const deployed = await promote(sha);
    expect(deployed.failure).toBeNull();
    await expect
      .poll(async () => (await production()).watch?.state, { timeout: 120_000, interval: 500 })
      .toBe('rolled-back');
    expect((await people.stop()).failed).toContain('status 500');
    const after = await production();
    expect(after).toMatchObject({ sha: before.sha, database: before.database, slot: before.slot });
    expect(after.deployments[0]).toMatchObject({ kind: 'rollback', status: 'succeeded', actor: 'slipway watch' });
    expect(after.watch).toMatchObject({
      deployment: deployed.id,
      compared: { before: { serverErrors: 0, errors: [] } },
    });
    expect(after.watch?.why.join('\n')).toMatch(/an error that was not there before[\s\S]+nope/);
    expect(await hello()).toContain('Welcome to the shop');
    expect(crons()).toHaveLength(1);
    slipway.commit('main', 'Orders are counted as before', {
      [CONTROLLER]: ["search_count([('nope', '=', 1)])", 'search_count([])'],
    });
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

  it('is as it was when an update fails that staging took', async () => {
    const before = await production();
    await onServer(slipway.databaseUrl('odoo_production'), async (client) => {
      await client.query(
        `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'only here'; end $$`,
      );
      await client.query('create trigger refuse before update on ir_ui_view for each row execute function refuse()');
    });
    const sha = slipway.commit('main', 'A cold welcome', { [HELLO]: ['A warm welcome', 'A cold welcome'] });
    const people = steadily(() => slipway.get(PRODUCTION, '/shop/hello'));
    const failed = await promote(sha);
    expect(failed).toMatchObject({ state: 'failed', failure: { code: 'odoo-install-failed' } });
    expect((await people.stop()).failed).toEqual([]);
    expect(await hello()).toContain('Welcome to the shop');
    const after = await production();
    expect(after).toMatchObject({ sha: before.sha, database: before.database, state: 'live' });
    expect(after.deployments[0]).toMatchObject({ sha, status: 'failed', serves: false });
    expect(crons()).toHaveLength(1);
    await onServer(slipway.databaseUrl('odoo_production'), (client) =>
      client.query('drop trigger refuse on ir_ui_view; create table still_written_to (id int)'),
    );
  });

  it('is started again when its containers are gone', async () => {
    const names = execFileSync('docker', ['ps', '--format', '{{.Names}}'], { encoding: 'utf8' })
      .split('\n')
      .filter((name) => name.includes(`${slipway.instance}-shop.production-`));
    execFileSync('docker', ['rm', '-f', ...names]);
    await expect
      .poll(async () => (await slipway.get(PRODUCTION, '/web/login')).status, { timeout: 90_000, interval: 500 })
      .toBe(200);
    await expect.poll(crons, { timeout: 60_000, interval: 500 }).toHaveLength(1);
  });
});
