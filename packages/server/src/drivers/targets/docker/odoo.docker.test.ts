import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import type { OdooProcess } from '../../../ports/workload.ts';
import { openPostgres } from '../../databases/postgres/index.ts';
import { openFilestores } from '../../filestores/index.ts';
import {
  access,
  addressOf,
  folderOf,
  instanceOf,
  MB,
  never,
  open,
  quiet,
  slot,
  world,
} from './test-target.contract.ts';

describe('a real Odoo', () => {
  it('installs, serves, sleeps, wakes and leaves no trace', async () => {
    const target = open('real');
    const databases = openPostgres({ url: new Secret(world.adminUrl), instance: instanceOf('real'), access });
    const filestores = openFilestores(join(folderOf('real'), 'filestores'));
    const environment = 'shop/pr-1';
    const password = new Secret('a-long-password');
    await databases.ensureRole('odoo_pr_1', password, environment);
    await databases.create('odoo_pr_1', 'odoo_pr_1', environment);
    const data = await filestores.ensure(environment);
    const odoo: Omit<OdooProcess, 'command'> = {
      ...quiet,
      limits: { memoryBytes: 1024 * MB, cpus: 2 },
      config: new Secret(
        [
          '[options]',
          'db_host = /run/slipway-pg',
          `db_port = ${world.socketPort}`,
          'db_user = odoo_pr_1',
          `db_password = ${password.reveal()}`,
          'db_name = odoo_pr_1',
          'data_dir = /var/lib/odoo',
          'workers = 0',
          'max_cron_threads = 0',
          'list_db = False',
          '',
        ].join('\n'),
      ),
      mounts: [
        { from: data, to: '/var/lib/odoo', readOnly: false },
        { from: world.socketFolder, to: '/run/slipway-pg', readOnly: true },
      ],
    };
    const config = ['--config', '/etc/slipway/odoo.conf', '-d', 'odoo_pr_1'];
    const lines: string[] = [];

    const installed = await target.runJob(
      {
        ...odoo,
        command: [...config, '-i', 'base', '--stop-after-init', '--without-demo=all', '--no-http'],
        environment,
        name: 'install',
        timeoutSeconds: 600,
        input: null,
      },
      (line) => lines.push(line),
      never,
    );
    expect(installed, lines.slice(-10).join('\n')).toEqual({ exitCode: 0, outOfMemory: false });
    expect(lines.some((line) => line.includes('Modules loaded.'))).toBe(true);

    await target.boot({ ...slot(environment, { ...odoo, command: config }) });
    const login = async (): Promise<number | undefined> =>
      (await fetch(`${await addressOf(target, environment)}/web/login`).catch(() => null))?.status;
    await expect.poll(login, { timeout: 60_000, interval: 200 }).toBe(200);
    await target.stop({ environment, slot: 'blue' }, 15);
    await target.start({ environment, slot: 'blue' });
    await expect.poll(login, { timeout: 60_000, interval: 200 }).toBe(200);
    const health = await fetch(`${await addressOf(target, environment)}/web/health?db_server_status=true`);
    expect(health.status).toBe(200);

    await target.remove({ environment, slot: 'blue' });
    await databases.drop('odoo_pr_1');
    await databases.dropRole('odoo_pr_1');
    await filestores.remove(environment);
    expect([await target.owned(), await databases.owned(), await filestores.owned()]).toEqual([[], [], []]);
    await databases.end();
    await expect(stat(data)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
