/** Each page is fetched when somebody goes there: what becomes of one whose files do not come. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SHOP } from './shop/answers.ts';
import { PROJECT } from './shop/people.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn?.close());

const toBackups = (page: Page): Promise<void> =>
  page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: 'Backups' }).click();

/** On the queue, in a tab that counts how often it was loaded. */
const openQueue = async () => {
  const seen = await standIn.open('/icon.svg', SHOP);
  const loaded: string[] = [];
  seen.page.on('request', (asked) => asked.isNavigationRequest() && loaded.push(new URL(asked.url()).pathname));
  await seen.page.goto(`${standIn.url}/projects/${PROJECT}/queue`);
  await seen.page.getByRole('heading', { name: 'Ended last' }).waitFor();
  return { ...seen, loaded };
};

test.each([
  ['styles', /\/assets\/backups-[^/]+\.css$/],
  ['script', /\/assets\/backups-[^/]+\.js$/],
])('a page whose %s did not come is there after the tab is loaded anew, by itself', async (_, file) => {
  const { page, loaded, defects, close } = await openQueue();
  // A script is asked for ahead, and once more when it is needed.
  await page.route(file, (route) => (loaded.length === 1 ? route.abort() : route.continue()));
  await toBackups(page);
  await page.getByText('snap_san_0398').first().waitFor();
  expect(loaded).toEqual([`/projects/${PROJECT}/queue`, `/projects/${PROJECT}/backups`]);
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(defects).toEqual([]);
  await close();
});

test('one that never comes is told, with a way to try again, and the tab is not loaded over and over', async () => {
  const { page, loaded, close } = await openQueue();
  await page.route(/\/assets\/backups-/, (route) => route.fulfill({ status: 404 }));
  await toBackups(page);
  await page.getByRole('alert').getByText('This page could not be loaded.').waitFor();
  await page.waitForTimeout(500);
  expect(loaded).toHaveLength(2);
  await page.unrouteAll();
  await page.route('**/api/v1/**', (route) => route.abort());
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => loaded.length).toBe(3);
  await close();
});

test('where Slipway does not answer the tab stays, and the way to other pages with it', async () => {
  const { page, loaded, close } = await openQueue();
  await page.route(/\/(assets\/backups-|icon\.svg)/, (route) => route.abort());
  await toBackups(page);
  await page.getByRole('alert').getByText('This page could not be loaded.').waitFor();
  expect(loaded).toHaveLength(1);
  await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: 'Queue' }).click();
  await page.getByRole('heading', { name: 'Ended last' }).waitFor();
  await close();
});
