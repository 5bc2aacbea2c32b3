import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, company } from '../setup/company.ts';
import { onServer } from '../setup/database.ts';

/** The ground that the data tests stand on. */
describe('the company that data tests use', () => {
  let shop: Company;
  beforeAll(async () => {
    shop = await company();
  });
  afterAll(() => shop?.stop());

  it('has at least 200 real modules, its attachments on disk, and Odoo runs on a copy', async () => {
    const copy = await shop.copy('ground');
    const one = async (text: string) => onServer(copy.url, async (client) => (await client.query(text)).rows[0]);
    expect(
      Number((await one("select count(*) from ir_module_module where state = 'installed'")).count),
    ).toBeGreaterThan(200);

    const log = await shop.odoo(
      copy.database,
      ['shell', '--no-http'],
      "print('partners', env['res.partner'].search_count([]))\n",
    );
    expect(log).toMatch(/partners \d+/);

    const folder = await mkdtemp(join(tmpdir(), 'slipway-company-'));
    await shop.filestore(folder);
    const stored = (await one('select store_fname from ir_attachment where store_fname is not null limit 1'))
      .store_fname;
    expect(await readdir(join(folder, 'company', stored.slice(0, 2)))).toContain(stored.slice(3));
    await rm(folder, { recursive: true, force: true });
    await copy.drop();
  });
});
