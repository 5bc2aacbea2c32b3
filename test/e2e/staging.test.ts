import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView, SnapshotView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GithubBehindPrism, startGithubBehindPrism } from '../fakes/github/behind-prism.ts';
import { type Company, type CompanyCopy, company } from '../setup/company.ts';
import { onServer } from '../setup/database.ts';
import { Installation } from './installation.ts';

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
    expect(staging).toMatchObject({ state: 'live' });
    expect((await slipway.get(staging as never, '/web/login')).status).toBe(200);
  });
});
