import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ago, BOARD, PLACES } from './places.ts';
import { type Answers, barriers, lookAt, overflows, refused, type StandIn, shoot, startStandIn } from './stand-in.ts';

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
const ground = (page: Page): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
/** Errors of a tab, and violations of its policy. */
const watched = (tab: Page): readonly string[] => {
  const found: string[] = [];
  tab.on('pageerror', (error) => found.push(String(error)));
  tab.on('console', (message) => message.type() === 'error' && found.push(message.text()));
  return found;
};
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
});

test.each([
  ['light', false],
  ['dark', true],
])('the tab says what it waits for at once, and what to do where it is refused: %s', async (word, dark) => {
  let answer = (_: unknown): void => undefined;
  const connect = () => new Promise((resolve) => (answer = resolve));
  const look = { dark };
  const { page, defects, close } = await standIn.open('/projects/shop/previews/12', answers({ connect }), look);
  const opening = page.waitForEvent('popup');
  await asAdmin(page);
  const tab = await opening;
  const found = watched(tab);

  await tab.getByRole('heading', { name: 'Opening Odoo of pr-12 …' }).waitFor();
  expect(await tab.title()).toBe('Opening Odoo of pr-12 …');
  expect(await tab.evaluate('window.opener')).toBeNull();
  // As our pages look, which is also: under their policy.
  const styled = 'getComputedStyle(document.querySelector("main")).display';
  await expect.poll(() => tab.evaluate(styled)).toBe('flex');
  expect(await ground(tab)).toBe(await ground(page));
  expect(await barriers(tab)).toEqual([]);
  await shoot(tab, `opening ${word}`);

  // A tab that comes up empty once more, as Firefox's does, says it again.
  await tab.evaluate('document.body.replaceChildren()');
  await tab.getByRole('heading', { name: 'Opening Odoo of pr-12 …' }).waitFor();

  answer(refused(409, 'environment-asleep', 'It is <b>asleep</b>.', 'Wake it first.'));
  await tab.getByRole('heading', { name: 'Odoo of pr-12 did not open' }).waitFor();
  await tab.getByText('It is <b>asleep</b>.').waitFor();
  await tab.getByText('Wake it first.').waitFor();
  await tab.setViewportSize({ width: 390, height: 844 });
  expect([await barriers(tab), await overflows(tab)]).toEqual([[], false]);
  await shoot(tab, `opening refused ${word}`);
  const closing = tab.waitForEvent('close');
  // The tab may be gone before the click is answered.
  await Promise.all([
    closing,
    tab
      .getByRole('button', { name: 'Close this tab' })
      .click({ noWaitAfter: true })
      .catch(() => undefined),
  ]);
  expect([...found, ...defects]).toEqual([]);
  await close();
});

test('a tab that was closed meanwhile is not needed: the address, or the reason, is told where one is', async () => {
  let answer = (_: unknown): void => undefined;
  const connect = () => new Promise((resolve) => (answer = resolve));
  const { page, close } = await standIn.open('/projects/shop/previews/12', answers({ connect }));
  const press = async (): Promise<void> => {
    const opening = page.waitForEvent('popup');
    await asAdmin(page);
    await (await opening).close();
  };
  await press();
  answer(refused(409, 'environment-asleep', 'It is asleep.'));
  await page.getByText('It is asleep.').waitFor();

  await press();
  answer({ url: elsewhere(), user: 'admin', expiresAt: ago(-1) });
  await page.getByRole('dialog').getByRole('link', { name: 'Open Odoo as admin' }).waitFor();
  await close();
});

test.each(['mails', 'shells'])(
  'from a preview to its %s, and from one to the next without losing the keyboard',
  async (place) => {
    const { page, close } = await standIn.open('/projects/shop/previews/12', answers());
    await page
      .getByRole('navigation', { name: 'Inside this environment' })
      .getByRole('link', { name: place, exact: false })
      .click();
    const list = page.getByRole('button', { name: /^Environment: #12/ });
    await list.waitFor();
    expect(page.url()).toMatch(new RegExp(`/${place}/pr-12$`));

    // Arrows look at each on the way, and go nowhere; one is at the place that is shown to begin with.
    await list.focus();
    await page.keyboard.press('Enter');
    const items = page.getByRole('menuitem');
    await items.first().waitFor();
    const at = (): Promise<unknown> => page.evaluate('document.activeElement.textContent');
    expect(await at()).toContain('#12');
    expect(await page.getByRole('menuitem', { name: /^#12/ }).getAttribute('aria-current')).toBe('page');
    for (const _ of await items.all()) await page.keyboard.press('ArrowDown');
    expect(await at()).toContain('#12');
    await page.keyboard.press('Escape');
    expect(page.url()).toMatch(new RegExp(`/${place}/pr-12$`));
    expect(await list.evaluate((element) => element === document.activeElement)).toBe(true);

    // What is typed moves, too; only Enter goes there.
    await page.keyboard.press('ArrowDown');
    await items.first().waitFor();
    await page.keyboard.type('#13');
    expect(await at()).toContain('#13');
    expect(page.url()).toMatch(new RegExp(`/${place}/pr-12$`));
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/projects/shop/${place}/pr-13`);
    const there = page.getByRole('button', { name: /^Environment: #13/ });
    await there.waitFor();
    expect(await there.evaluate((element) => element === document.activeElement)).toBe(true);

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
  await page.getByRole('button', { name: 'Environment: Choose one' }).click();
  await page.getByRole('menuitem', { name: 'production' }).click();
  await page.getByText('PRODUCTION', { exact: true }).waitFor();
  await close();
});
