import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentView, ProjectDataView, RunView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GithubBehindPrism, startGithubBehindPrism } from '../fakes/github/behind-prism.ts';
import { onServer } from '../setup/database.ts';
import { Installation } from './installation.ts';

/** For real: the log of the server that Slipway runs is kept, a table is emptied by mistake, and staging shows the second before. */
describe('production as it was at a moment', () => {
  const store = mkdtempSync(join(tmpdir(), 'slipway-e2e-store-'));
  let github: GithubBehindPrism;
  let slipway: Installation;

  beforeAll(async () => {
    github = await startGithubBehindPrism();
    github.fake.tokens.set('ghp_test', 'slipway-bot');
    github.fake.permissions.set('acme/shop ada', 'write');
    slipway = new Installation(github.url);
    const stages = 'stages:\n  production: {}\n  staging: {refresh: never, tests: false}';
    const backups = 'backups: {schedule: never, drill: never, point_in_time: {enabled: true}}';
    await slipway.prepare(
      (config) => `${config.replace('stages:', stages)}data: {store: {kind: folder, path: ${store}}, ${backups}}\n`,
    );
    await slipway.start();
    await slipway.api('POST', '/projects', { folder: slipway.shop });
    // A preview's database stands for production's: any Odoo that runs.
    await slipway.api('POST', '/projects/shop/previews', { number: 1, ref: 'main' });
    await slipway.until(1, ({ state }) => state === 'live');
    const value = slipway.databaseUrl('odoo_pr_1');
    await slipway.api('PUT', '/projects/shop/secrets/production/DATABASE_URL', { value });
  });
  afterAll(async () => {
    await slipway?.remove();
    await github?.close();
    rmSync(store, { recursive: true, force: true });
  });

  const inDatabase = <T>(database: string, text: string): Promise<T[]> =>
    onServer(slipway.databaseUrl(database), async (client) => (await client.query(text)).rows as T[]);
  const inProduction = <T>(text: string): Promise<T[]> => inDatabase<T>('odoo_pr_1', text);
  const windows = async () => (await slipway.api<ProjectDataView>('GET', '/projects/shop/data')).archive?.windows ?? [];
  const ended = async ({ run }: { run: string }): Promise<RunView> => {
    for (const until = Date.now() + 400_000; ; ) {
      const view = await slipway.api<RunView>('GET', `/runs/${run}`);
      if (view.state !== 'queued' && view.state !== 'running') return view;
      if (Date.now() > until) throw new Error(`${JSON.stringify(view, null, 1)}\n${slipway.lastWords()}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };

  it('says which moments can be reached, without having been asked for a copy', async () => {
    await expect.poll(windows, { timeout: 180_000, interval: 1000 }).toHaveLength(1);
  });

  it('shows the second before a mistake in staging, where Odoo serves it', async () => {
    await inProduction(`insert into res_partner (name, active) values ('Kept until the mistake', true)`);
    const [row] = await inProduction<{ at: Date }>('select clock_timestamp() as at');
    const moment = row?.at.toISOString() ?? '';
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await inProduction(`delete from res_partner where name = 'Kept until the mistake'`);
    await inProduction(`insert into res_partner (name, active) values ('After the mistake', true)`);
    await expect
      .poll(async () => (await windows()).some(({ until }) => until > moment), { timeout: 60_000, interval: 500 })
      .toBe(true);

    const asked = await slipway.api<{ run: string }>('POST', '/projects/shop/backups/restore', {
      at: moment,
      to: 'staging',
    });
    expect((await ended(asked)).failure).toBeNull();

    const staging = await slipway.api<EnvironmentView>('GET', '/environments/shop%2Fstaging');
    expect(staging).toMatchObject({ state: 'live' });
    expect((await slipway.get(staging, '/web/login')).status).toBe(200);
    const names = await inDatabase<{ name: string }>(
      'odoo_staging',
      `select name from res_partner where name like '%the mistake'`,
    );
    expect(names).toEqual([{ name: 'Kept until the mistake' }]);
    expect(await inProduction(`select name from res_partner where name like '%the mistake'`)).toEqual([
      { name: 'After the mistake' },
    ]);
  });

  it('says what can be reached when it is asked for a moment before all', async () => {
    const asked = slipway.api('POST', '/projects/shop/backups/restore', { at: '2020-01-01T00:00:00Z', to: 'staging' });
    await expect(asked).rejects.toThrow(/moment-unreachable|cannot be reached/);
  });
});
