import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ago, BOARD, PLACES } from './places.ts';
import { type Answers, lookAt, refused, type StandIn, startStandIn } from './stand-in.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

const PREVIEW = {
  ...{ project: 'shop', number: 12, title: 'Invoices', state: 'live', position: null, reason: null },
  ...{ url: 'http://pr-12.shop.localhost', login: { user: 'admin', password: 'p' }, database: 'odoo_pr_12' },
  ...{
    branch: 'invoices',
    sha: 'a1'.repeat(20),
    liveSha: 'a1'.repeat(20),
    verdict: 'green',
    tests: null,
    guards: null,
  },
  ...{ modules: [], timings: {}, run: null, build: null, failure: null },
  ...{ createdAt: ago(90), updatedAt: ago(7), lastUsedAt: null },
};
/** Another site than the page's: what opens there is handed nothing of it. */
const elsewhere = (): string => `${standIn.url.replace('127.0.0.1', 'localhost')}/icon.svg?ticket=abc`;
const answers = (more: Answers = {}): Answers => ({
  ...PLACES,
  preview: PREVIEW,
  environmentRuns: [],
  environmentUsers: [{ login: 'chief', name: 'The Chief', active: true, kind: 'internal' }],
  connect: () => ({ url: elsewhere(), user: 'admin', expiresAt: ago(-1) }),
  shells: [],
  mails: [],
  ...more,
});
const asAdmin = (page: Page): Promise<void> => page.getByRole('button', { name: 'Log in as admin' }).click();

test('a preview with its ways in, at both widths and in both themes', async () => {
  expect(await lookAt(standIn, '/projects/shop/previews/12', answers(), 'Log in as admin')).toEqual([]);
});

test('one press logs in as admin, in a tab that knows nothing of this one', async () => {
  const { page, asked, defects, close } = await standIn.open('/projects/shop/previews/12', answers());
  const opening = page.waitForEvent('popup');
  await asAdmin(page);
  const tab = await opening;
  await tab.waitForURL(elsewhere());

  expect(await tab.evaluate('window.opener')).toBeNull();
  expect(asked).toMatchObject([{ name: 'connect', parameters: { environment: 'shop/pr-12' }, body: {} }]);
  expect([await page.getByRole('dialog').count(), defects]).toEqual([0, []]);
  await close();
});

test('where the browser opens no tab the address is there to be followed', async () => {
  const { page, close } = await standIn.open('/projects/shop/previews/12', answers());
  await page.evaluate('window.open = () => null');
  await asAdmin(page);

  const link = page.getByRole('dialog').getByRole('link', { name: 'Open Odoo as admin' });
  await link.waitFor();
  expect(await link.getAttribute('href')).toBe(elsewhere());
  await close();
});

test('what is refused leaves no empty tab; where nobody is called admin it asks who', async () => {
  const unknown = refused(404, 'connect-user-unknown', 'Nobody called admin can log in.');
  const { page, close } = await standIn.open('/projects/shop/previews/12', answers({ connect: unknown }));
  await asAdmin(page);
  await page.getByRole('dialog').getByText('The Chief').waitFor();
  expect(page.context().pages()).toHaveLength(1);
  await close();

  const asleep = refused(409, 'environment-asleep', 'It is asleep.');
  const other = await standIn.open('/projects/shop/previews/12', answers({ connect: asleep }));
  await asAdmin(other.page);
  await other.page.getByText('It is asleep.').waitFor();
  expect(other.page.context().pages()).toHaveLength(1);
  await other.close();
});

test.each(['mails', 'shells'])(
  'from a preview to its %s, and from one to the next without losing the keyboard',
  async (place) => {
    const { page, close } = await standIn.open('/projects/shop/previews/12', answers());
    await page
      .getByRole('navigation', { name: 'Inside this environment' })
      .getByRole('link', { name: place, exact: false })
      .click();
    const list = page.getByLabel('Environment', { exact: true });
    await list.waitFor();
    expect(page.url()).toMatch(new RegExp(`/${place}/pr-12$`));

    await list.focus();
    await page.keyboard.type('#13');
    await page.waitForURL(`**/projects/shop/${place}/pr-13`);
    expect(await list.evaluate((element) => element === document.activeElement)).toBe(true);

    await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: 'Queue' }).click();
    await page.getByRole('heading', { name: 'Queue' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await close();
  },
);

test('where there is only production, it can be chosen', async () => {
  const board = { ...BOARD, staging: [], previews: [] };
  const { page, close } = await standIn.open('/projects/shop/shells', answers({ board, glasses: [] }));
  await page.getByText('Choose an environment').waitFor();
  await page.getByLabel('Environment', { exact: true }).selectOption({ label: 'production' });
  await page.getByText('PRODUCTION', { exact: true }).waitFor();
  await close();
});
