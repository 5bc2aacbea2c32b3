import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSettings } from '../config.ts';
import { dataPaths } from '../paths.ts';
import { purge } from './purge.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'slipway-purge-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

it('takes no production away unless it is told so in so many words', async () => {
  const files = join(dataPaths(data).filestores, 'shop/production/filestore/odoo_production');
  mkdirSync(files, { recursive: true });
  writeFileSync(dataPaths(data).instance, 'test\n');
  const settings = readSettings({ SLIPWAY_DATA: data });

  await expect(purge(settings, pino({ level: 'silent' }))).rejects.toMatchObject({
    code: 'production-kept',
    facts: { names: 'shop' },
  });
  expect(existsSync(files)).toBe(true);
});
