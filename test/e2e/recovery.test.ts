import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentView, RunView, SnapshotView, StoredSnapshotView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GithubBehindPrism, startGithubBehindPrism } from '../fakes/github/behind-prism.ts';
import { onServer } from '../setup/database.ts';
import { Installation } from './installation.ts';

/** For real: a Slipway is removed with everything that it had, and another one begins with the store, the key and the repository. */
describe('a new machine', () => {
  const store = mkdtempSync(join(tmpdir(), 'slipway-e2e-store-'));
  let github: GithubBehindPrism;
  let slipway: Installation;
  let key: string;
  let users: unknown;

  const install = async (): Promise<Installation> => {
    const made = new Installation(github.url);
    const stages = 'stages:\n  production: {}\n  staging: {refresh: never, tests: false}';
    await made.prepare(
      (config) =>
        `${config.replace('stages:', stages)}data: {store: {kind: folder, path: ${store}}, backups: {schedule: never, drill: never}}\n`,
    );
    await made.start();
    await made.api('POST', '/projects', { folder: made.shop });
    return made;
  };

  beforeAll(async () => {
    github = await startGithubBehindPrism();
    github.fake.tokens.set('ghp_test', 'slipway-bot');
    github.fake.permissions.set('acme/shop ada', 'write');
    slipway = await install();
  });
  afterAll(async () => {
    await slipway?.remove();
    await github?.close();
    rmSync(store, { recursive: true, force: true });
  });

  const ended = async ({ run }: { run: string }, seconds = 400): Promise<RunView> => {
    for (const until = Date.now() + seconds * 1000; ; ) {
      const view = await slipway.api<RunView>('GET', `/runs/${run}`);
      if (view.state !== 'queued' && view.state !== 'running') return view;
      if (Date.now() > until) throw new Error(JSON.stringify(view, null, 1));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  const usersIn = (database: string) =>
    onServer(slipway.databaseUrl(database), async (client) => {
      const { rows } = await client.query('select login, count(*) over () as n from res_users order by id');
      return rows;
    });
  const address = (database: string) =>
    slipway.api('PUT', '/projects/shop/secrets/production/DATABASE_URL', { value: slipway.databaseUrl(database) });
  const staging = () => slipway.api<EnvironmentView>('GET', '/environments/shop%2Fstaging');

  it('has the backups of the former one, once it was given the key', async () => {
    // A preview's database stands for production's: any Odoo that runs.
    await slipway.api('POST', '/projects/shop/previews', { number: 1, ref: 'main' });
    await slipway.until(1, ({ state }) => state === 'live');
    await address('odoo_pr_1');
    users = await usersIn('odoo_pr_1');
    expect((await ended(await slipway.api('POST', '/projects/shop/snapshots', { kind: 'raw' }))).failure).toBeNull();
    ({ key } = await slipway.api<{ key: string }>('POST', '/projects/shop/backups/key'));
    await slipway.remove();

    slipway = await install();
    expect(await slipway.api<SnapshotView[]>('GET', '/projects/shop/snapshots')).toEqual([]);
    const held = () => slipway.api<StoredSnapshotView[]>('GET', '/projects/shop/store');
    expect(await held()).toMatchObject([{ kind: 'raw', state: 'other-key' }]);
    await slipway.api('PUT', '/projects/shop/backups/key', { key });
    expect(await held()).toMatchObject([{ state: 'new' }]);
    await slipway.api('POST', '/projects/shop/store/adopt');
    expect(await slipway.api('GET', '/projects/shop/snapshots')).toMatchObject([{ kind: 'raw', encrypted: true }]);
  });

  it('brings one into staging, where Odoo serves it', async () => {
    const [backup] = await slipway.api<SnapshotView[]>('GET', '/projects/shop/snapshots');
    const restored = await slipway.api<{ run: string }>('POST', `/projects/shop/snapshots/${backup?.id}/restore`, {
      to: 'staging',
    });
    expect((await ended(restored)).failure).toBeNull();
    expect(await staging()).toMatchObject({ state: 'live' });
    expect((await slipway.get(await staging(), '/web/login')).status).toBe(200);
  });

  it('deploys staging when its branch is pushed to', async () => {
    const sha = slipway.commit('main', 'A greeting', {
      'addons/shop_order/views/hello.xml': ['Welcome to the shop', 'Back from the ashes'],
    });
    expect((await slipway.push('main', sha)).status).toBe(202);
    for (const until = Date.now() + 300_000; (await staging()).sha !== sha; ) {
      if (Date.now() > until)
        throw new Error(JSON.stringify(await slipway.api('GET', '/runs'), null, 1).slice(0, 4000));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect((await slipway.get(await staging(), '/shop/hello')).text).toContain('Back from the ashes');
    const told = () => github.fake.statuses.filter((status) => status.sha === sha).map(({ state }) => state);
    await expect.poll(told, { timeout: 20_000 }).toContain('success');
  });

  it('puts production back into an empty database, and over none that is there', async () => {
    const [backup] = await slipway.api<SnapshotView[]>('GET', '/projects/shop/snapshots');
    const restore = async () =>
      ended(
        await slipway.api('POST', `/projects/shop/snapshots/${backup?.id}/restore`, {
          to: 'production',
          confirm: 'production',
        }),
      );
    await address('odoo_staging');
    expect((await restore()).failure).toMatchObject({ code: 'production-not-empty' });
    await onServer(slipway.databaseUrl(), (client) => client.query('create database production'));
    await address('production');
    expect((await restore()).failure).toBeNull();
    expect(await usersIn('production')).toEqual(users);
  });
});
