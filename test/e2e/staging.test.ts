import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProjectDataView, RunView, SnapshotView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GithubBehindPrism, startGithubBehindPrism } from '../fakes/github/behind-prism.ts';
import { type Company, type CompanyCopy, company } from '../setup/company.ts';
import { onServer } from '../setup/database.ts';
import { Installation } from './installation.ts';

const run = promisify(execFile);

/** Production's data into staging, for real: a production of 246 modules on a PostgreSQL of its own, staging on the one that Slipway runs. */
describe('staging', () => {
  let github: GithubBehindPrism;
  let slipway: Installation;
  let shop: Company;
  let production: CompanyCopy;
  let files: string;

  beforeAll(async () => {
    github = await startGithubBehindPrism();
    shop = await company();
    production = await shop.copy('production');
    slipway = new Installation(github.url);
    files = join(slipway.folder, 'production-files');
    mkdirSync(files);
    await shop.filestore(files);
    await slipway.prepare((config) =>
      config.replace(
        'stages:',
        `stages:\n  production: {filestore: ${files}/company, url: 'https://erp.example.com'}\n  staging: {refresh: never, memory: 2Gi}`,
      ),
    );
    await onServer(production.url, async (client) => {
      await client.query(
        `update res_partner set name = 'Zebulon Quackenbush', complete_name = 'Zebulon Quackenbush', email = 'zebulon@real-customer.test'
         where id = (select partner_id from res_users where login = 'admin')`,
      );
      await client.query(
        `insert into ir_mail_server (name, smtp_host, smtp_port, smtp_user, smtp_pass, smtp_encryption, smtp_authentication, active, sequence)
         values ('real', 'smtp.real.test', 25, 'real', 'geheim-1234', 'none', 'login', true, 1)`,
      );
    });
    await slipway.start();
    await slipway.api('POST', '/projects', { folder: slipway.shop });
    await slipway.api('PUT', '/projects/shop/secrets/production/DATABASE_URL', { value: production.url });
  });

  afterAll(async () => {
    await slipway?.remove();
    await shop?.stop();
    await github?.close();
  });

  const ended = async ({ run }: { run: string }, seconds = 600): Promise<RunView> => {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const view = await slipway.api<RunView>('GET', `/runs/${run}`);
      if (view.failure?.code === 'internal')
        throw new Error(readFileSync(join(slipway.data, 'server.log'), 'utf8').split('\n').slice(-8).join('\n'));
      if (view.state !== 'queued' && view.state !== 'running') return view;
      if (Date.now() > until) throw new Error(JSON.stringify(view, null, 1));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };

  it('is made from a sanitised snapshot of a live production, switched off, with its own address', async () => {
    const made = await ended(await slipway.api('POST', '/projects/shop/snapshots', { kind: 'sanitised' }));
    expect(made.failure).toBeNull();
    const [snapshot] = await slipway.api<SnapshotView[]>('GET', '/projects/shop/snapshots');
    expect(snapshot).toMatchObject({ kind: 'sanitised', encrypted: true, modules: expect.any(Number) });
    const coverage = await slipway.api<{ text: string }>('GET', `/evidence/${made.id}/file?path=data/coverage.txt`);
    expect(coverage.text).toMatch(/res_partner\.email/);

    const refreshed = await ended(await slipway.api('POST', '/projects/shop/staging/refresh', {}));
    expect(refreshed.failure).toBeNull();
    const staging = await slipway.api<{ state: string; url: string }>('GET', '/environments/shop%2Fstaging');
    expect(staging).toMatchObject({
      state: 'live',
      login: { user: 'admin', password: expect.stringMatching(/^.{20,}$/) },
    });
    expect((await slipway.get(staging as never, '/web/login')).status).toBe(200);
  });

  /**
   * Everything that is in staging's database, as text. Beside this process's own work: a connection that the server closes meanwhile
   * would be used again unseen.
   */
  const dumped = async (): Promise<string> => {
    const password = decodeURIComponent(new URL(slipway.databaseUrl()).password);
    const server = ['-e', `PGPASSWORD=${password}`, `slipway-${slipway.instance}-postgres`];
    const program = ['/usr/lib/postgresql/17/bin/pg_dump', '--data-only', '-h', '127.0.0.1', '-U', 'postgres'];
    const { stdout } = await run('docker', ['exec', ...server, ...program, 'odoo_staging'], { maxBuffer: 2 ** 29 });
    return stdout;
  };
  const REAL = /Zebulon|real-customer|geheim-1234/g;

  it('holds nothing of a real person and no real credential', async () => {
    const text = await dumped();
    expect(text.match(REAL)).toBeNull();
    expect(text).toContain('mail.slipway.internal');
  });

  it('has backups that are proved by a drill, which leaves nothing behind', async () => {
    const made = await ended(await slipway.api('POST', '/projects/shop/snapshots', { kind: 'raw' }));
    expect(made.failure).toBeNull();
    const drilled = await ended(await slipway.api('POST', '/projects/shop/backups/drill', {}));
    expect(drilled.failure).toBeNull();
    const { drill } = await slipway.api<ProjectDataView>('GET', '/projects/shop/data');
    expect(drill).toMatchObject({ rowsCompared: expect.any(Number), recoveryTimeSeconds: expect.any(Number) });
    expect((await slipway.names()).filter((name) => name.includes('drill'))).toEqual([]);
  });

  it('takes a backup with real data when somebody says so, and loses it with the next refresh, though killed in the middle', async () => {
    const [backup] = await slipway.api<SnapshotView[]>('GET', '/projects/shop/snapshots?kind=raw');
    const restore = `/projects/shop/snapshots/${backup?.id}/restore`;
    expect((await ended(await slipway.api('POST', restore, { to: 'staging' }))).failure).toBeNull();
    expect((await dumped()).match(REAL)).toEqual(expect.arrayContaining(['Zebulon']));
    expect(await dumped()).not.toContain('geheim-1234');

    const asked = await slipway.api<{ run: string }>('POST', '/projects/shop/staging/refresh', {});
    const step = async (name: string): Promise<string | undefined> =>
      (await slipway.api<RunView>('GET', `/runs/${asked.run}`)).steps.find((one) => one.name === name)?.state;
    await expect.poll(() => step('clone-database'), { timeout: 120_000, interval: 50 }).toMatch(/running|done/);
    await slipway.kill();
    const staging = { url: 'http://staging.localhost' } as never;
    expect((await slipway.get(staging, '/web/login')).status).toBe(200);
    await slipway.start();

    expect((await ended(asked)).failure).toBeNull();
    expect((await dumped()).match(REAL)).toBeNull();
    expect((await slipway.get(staging, '/web/login')).status).toBe(200);
    expect((await slipway.names()).filter((name) => /staging_(next|prev)|landing/.test(name))).toEqual([]);
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true });
  });
});
