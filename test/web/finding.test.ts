/** What somebody looks for who has used a hosted platform: from the board it is two clicks, or a word in the palette. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SHOP } from './shop/answers.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

const BOARD = '/projects/harbour-coffee';
const SOON = { timeout: 20_000 };

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn?.close());

test.each([
  ['pr-214', 'Logs', '/runs/run_214'],
  ['pr-214', 'Shell', '/shells/pr-214'],
  ['pr-214', 'Mails', '/mails/pr-214'],
  ['staging', 'Logs', '/runs/run_01k7'],
  ['staging', 'Mails', '/mails/staging'],
  ['staging', 'Promote to production', '/promotions/new'],
  ['production', 'Shell', '/shells/production'],
  ['production', 'Backups', '/backups'],
])('the card of %s leads to %s', async (name, word, path) => {
  const { page, close } = await standIn.open(BOARD, SHOP);
  await page
    .locator(`[data-card$="/${name}"]`)
    .getByRole('button', { name: /^Acts on/ })
    .click();
  await page.getByRole('menuitem', { name: word, exact: true }).click();
  await expect.poll(() => new URL(page.url()).pathname, SOON).toBe(BOARD + path);
  await close();
});

test('a viewer is led to no shell and no mails', async () => {
  const viewer = {
    ...SHOP,
    me: { ...(SHOP.me as object), installation: false, roles: { 'harbour-coffee': 'viewer' } },
  };
  const { page, close } = await standIn.open(BOARD, viewer);
  await page
    .locator('[data-card$="/pr-214"]')
    .getByRole('button', { name: /^Acts on/ })
    .click();
  await page.getByRole('menuitem', { name: 'Logs' }).waitFor();
  for (const word of ['Shell', 'Mails', 'Close'])
    expect(await page.getByRole('menuitem', { name: word, exact: true }).count()).toBe(0);
  await close();
});

test.each([
  ['builds', '/queue'],
  ['restore', '/backups'],
  ['psql', '/shells'],
  ['merge', '/promotions'],
])('the palette knows %s', async (typed, path) => {
  const { page, close } = await standIn.open(BOARD, SHOP);
  await page.locator('[data-card]').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type(typed);
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).pathname, SOON).toBe(BOARD + path);
  await close();
});

test('arrows go over previews that stand side by side', async () => {
  const { page, close } = await standIn.open(BOARD, SHOP);
  await page.locator('[data-card$="/pr-218"]').focus();
  const after = async (key: string): Promise<string> => {
    await page.keyboard.press(key);
    return page.evaluate(() => document.activeElement?.getAttribute('data-card')?.split('/').at(-1) ?? '');
  };
  expect(await after('ArrowRight')).toBe('pr-217');
  expect(await after('ArrowDown')).toBe('pr-211');
  expect(await after('ArrowLeft')).toBe('pr-214');
  expect(await after('ArrowLeft')).toBe('staging');
  expect(await after('ArrowRight')).toBe('pr-218');
  expect(await after('End')).toBe('pr-198');
  await close();
});
