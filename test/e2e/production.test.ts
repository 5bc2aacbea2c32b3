import { execFileSync } from 'node:child_process';
import type { RollbackPreview } from '@slipway/contracts/production-views';
import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { RehearsalView } from '@slipway/contracts/rehearsal-views';
import type { RunView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../setup/database.ts';
import type { Installation } from './installation.ts';
import { openProductionStand, PRODUCTION, type ProductionStand, running } from './production-stand.ts';
import { steadily } from './steadily.ts';

const HELLO = 'addons/shop_order/views/hello.xml';
const MODEL = 'addons/shop_order/models/shop_order.py';
const CONTROLLER = 'addons/shop_order/controllers/hello.py';
/** Each rehearsal takes as long as the deployment: one is asked for, and looked at. */
const UNREHEARSED = 'promotion: {gates: {rehearsal: off, invariants: off}}\n';

/** Production that Slipway runs: opened, deployed to with and without an update, and brought back, while people use it. */
describe('production', () => {
  let stand: ProductionStand;
  let slipway: Installation;

  beforeAll(async () => {
    stand = await openProductionStand({
      edit: (config) =>
        config.replace(
          'stages:',
          `${UNREHEARSED}stages:\n  production: {target: docker, branch: production, drain: 5s}\n  staging: {refresh: never}`,
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
  const deployStaging = async (): Promise<void> =>
    expect((await ended(await slipway.api('POST', '/projects/shop/staging/deploy', {}))).failure).toBeNull();
  /** Brings staging to its branch, asks for the promotion, and lets it go. */
  const promote = async (sha: string): Promise<RunView> => {
    await deployStaging();
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
    const sha = slipway.commit('main', 'A warmer welcome', {
      [HELLO]: ['Welcome to', 'A warm welcome to'],
      [MODEL]: [
        '    price = fields.Float()',
        '    price = fields.Float()\n    greeting = fields.Char(default="Hello")',
      ],
    });
    const deployed = await promote(sha);
    expect(deployed.failure).toBeNull();
    expect(deployed.steps.map(({ name }) => name)).toEqual(expect.arrayContaining(['serve-reads', 'compare-figures']));
    expect(await hello()).toContain('A warm welcome to');
    expect(await production()).toMatchObject({ sha, database: 'odoo_production_b', wayBack: { losesData: true } });
    expect(crons()).toHaveLength(1);
    const [{ times } = { times: null }] = (await production()).deployments;
    // Slipway runs the server, so it knows what is free there.
    expect(times).toMatchObject({ path: 'clone-and-switch', why: expect.stringMatching(/needs .+ and .+ are free/) });
    expect(times?.measured.updateSeconds).toBeGreaterThan(1);
    expect(times?.measured.readOnlySeconds).toBeGreaterThan(times?.measured.updateSeconds ?? 0);
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

  it('says what an update will be like before it is let go, and leaves nothing of the copy', async () => {
    const { run } = await slipway.api<{ run: string }>('POST', '/projects/shop/rehearsals', {});
    expect((await ended({ run })).failure).toBeNull();
    const told = await slipway.api<RehearsalView>('GET', `/projects/shop/rehearsals/${run}`);
    const { report } = told;
    expect(told).toMatchObject({ state: 'succeeded', productionSha: (await production()).sha });
    // Production was deployed to since the last snapshot: a new one was taken.
    expect(told.snapshot?.id).toBe(run.replace('run_', 'snap_'));
    expect(report?.says).toMatch(
      /^about (\d+ s|\d min) read-only, 2 modules, (no lock > 2 s|longest lock [\d.]+ s on \w+)$/,
    );
    // What depends on it is updated with it, by Odoo.
    expect(report?.modules).toMatchObject([
      { name: 'shop_order', action: 'update', seconds: expect.any(Number) },
      { name: 'shop_loyalty', seconds: expect.any(Number) },
    ]);
    expect(report).toMatchObject({
      action: 'update',
      update: { errors: [] },
      figures: { broken: [] },
      smoke: { failed: [] },
    });
    expect(report?.forecast?.readOnlySeconds).toBeGreaterThan(5);
    expect(report?.forecast?.readOnlySeconds).toBeLessThan(300);
    expect(report?.locks?.samples).toBeGreaterThan(5);
    expect(report?.tables?.largest).toHaveLength(10);
    expect((await slipway.names()).filter((name) => name.includes('rehearsal'))).toEqual([]);
    const asked = await slipway.api<PromotionView>('POST', '/projects/shop/promotions', { dry_run: true });
    expect(asked.rehearsal).toMatchObject({ id: run, succeeded: true, says: report?.says });
  });

  describe('that is updated in place', () => {
    const refuse = (change: string) =>
      onServer(slipway.databaseUrl('odoo_production'), (client) => client.query(change));
    const rows = async (text: string): Promise<unknown[]> =>
      (await onServer(slipway.databaseUrl('odoo_production'), (client) => client.query(text))).rows;
    /** Everything that people wrote, in the order of its ids. */
    const data = () =>
      rows(`select md5(string_agg(p::text, '|' order by p.id)) as partners, (select count(*) from still_written_to) as own,
        (select md5(string_agg(u.id || u.login || u.password, '|' order by u.id)) from res_users u) as users,
        (select md5(string_agg(m.name || m.state || coalesce(m.latest_version, ''), '|' order by m.id)) from ir_module_module m) as modules
        from res_partner p`);
    let sha: string;

    it('is as it was when that fails, with what was saved last', async () => {
      sha = slipway.commit('main', 'Another welcome, in place', {
        [HELLO]: ['A warm welcome', 'Another welcome'],
        'slipway.yaml': ['drain: 5s', 'drain: 5s, update: maintenance'],
      });
      await slipway.api('POST', '/projects', { folder: slipway.shop });
      await refuse(
        `create table still_written_to (id int); alter table still_written_to owner to odoo_production;
         create function refuse() returns trigger language plpgsql as $$ begin raise exception 'only here'; end $$;
         create trigger refuse before update on ir_ui_view for each row execute function refuse()`,
      );
      let before: unknown[] = [];
      await deployStaging();
      const begun = await stand.deploy(sha, async () => {
        await refuse('insert into still_written_to values (7)');
        before = await data();
      });
      const run = await ended(begun);
      expect(run).toMatchObject({ state: 'failed', failure: { code: 'odoo-install-failed' } });
      expect(run.steps.find(({ name }) => name === 'bring-back')).toMatchObject({ state: 'done' });
      expect(await data()).toEqual(before);
      expect(await hello()).toContain('Welcome to the shop');
      expect(await production()).toMatchObject({ state: 'live', database: 'odoo_production' });
      expect(crons()).toHaveLength(1);
      await refuse('drop trigger refuse on ir_ui_view');
    });

    it('says when it will be back meanwhile, and a backup of what was saved last is its way back', async () => {
      const seen = new Set<string>();
      const people = steadily(async () => {
        const answer = await slipway.get(PRODUCTION, '/shop/hello');
        seen.add(
          answer.status === 200
            ? 'Odoo'
            : (/It will be back at about/.exec(answer.text)?.[0] ?? `${answer.status}: ${answer.text.slice(0, 300)}`),
        );
        return { ...answer, status: 200 };
      });
      const run = await ended(await stand.deploy(sha));
      await people.stop();
      expect(run.failure).toBeNull();
      expect([...seen].sort()).toEqual(['It will be back at about', 'Odoo']);
      expect(await hello()).toContain('Another welcome');
      const view = await production();
      expect(view).toMatchObject({ sha, database: 'odoo_production', wayBack: { losesData: true } });
      expect(view.wayBack?.backup).toMatch(/^snap_\w+_last$/);
      const [{ times } = { times: null }] = view.deployments;
      expect(times).toMatchObject({ path: 'maintenance', why: expect.stringContaining('`update: maintenance` asks') });
      expect(times?.measured.awaySeconds).toBeGreaterThan(1);
      expect(crons()).toHaveLength(1);
    });
  });

  it('is started again when its containers are gone', async () => {
    execFileSync('docker', ['rm', '-f', ...running(slipway)]);
    await expect
      .poll(async () => (await slipway.get(PRODUCTION, '/web/login')).status, { timeout: 90_000, interval: 500 })
      .toBe(200);
    await expect.poll(crons, { timeout: 60_000, interval: 500 }).toHaveLength(1);
  });
});
