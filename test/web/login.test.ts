/** From a machine that knows only an address to a command line that works: second factor, token, `slipway login`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runSlipway } from '../../packages/cli/src/testing/run-slipway.ts';
import { openDashboard } from '../../packages/server/src/http/dashboard.ts';
import { makeShop, type Shop } from '../flows/make-slipway.ts';
import { codeOf, openPeopleApi, PASSWORD } from '../flows/people-site.ts';
import { freePort } from '../setup/postgres.ts';
import { openBrowser } from './browser.ts';

let shop: Shop;
let site: Awaited<ReturnType<typeof openPeopleApi>>;
let browser: Browser;
let origin: string;
let home: string;
beforeAll(async () => {
  shop = await makeShop();
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const dashboard = openDashboard(join(import.meta.dirname, '../../packages/web/dist'));
  site = await openPeopleApi(inject('postgresUrl'), shop, {}, { origin, dashboard });
  await site.app.listen({ host: '127.0.0.1', port });
  browser = await openBrowser();
  home = await mkdtemp(join(tmpdir(), 'slipway-home-'));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await shop?.remove();
  await rm(home, { recursive: true });
});

test('with the keyboard, the second factor and one token', async () => {
  const ada = await site.person('ada@example.com', { roles: { shop: 'developer' } });
  const { address } = (await ada.ask('enableSecondFactor', { body: { password: PASSWORD } })).body;
  await ada.ask('signInCode', { body: { code: codeOf(address) } });
  const variables = { HOME: home, SLIPWAY_DATA: '', PATH: '' };

  const page = await browser.newPage();
  await page.goto(`${origin}/account?new-token=cli-laptop`);
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByLabel('Code of your app').fill(codeOf(address, 1));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'New token' });
  expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('cli-laptop');
  await dialog.getByLabel('Name', { exact: true }).press('Enter');
  const token = await page
    .getByText(/^slipway_[A-Za-z0-9_-]{43}$/)
    .first()
    .innerText();

  const signedIn = await runSlipway(['login', origin], { stdin: `${token}\n`, variables });
  expect(signedIn).toMatchObject({ code: 0, stdout: expect.stringContaining('as ada@example.com') });
  const runs = await runSlipway(['run', 'list', '--json'], { variables });
  expect([runs.code, runs.stderr, JSON.parse(runs.stdout)]).toEqual([0, '', []]);

  await ada.ask('revokeMyToken', { parameters: { token: 'cli-laptop' } });
  const revoked = await runSlipway(['run', 'list'], { variables });
  expect(revoked.code).not.toBe(0);
  expect(revoked.stdout + revoked.stderr).not.toContain(token);
});
