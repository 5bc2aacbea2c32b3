import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ASLEEP, DETAILS, HOSTILE, INSIDE, QUIET, TRAFFIC } from './inside.ts';
import { ago, meAs, NOW, PLACES } from './places.ts';
import { type Answers, lookAt, refused, type StandIn, startStandIn } from './stand-in.ts';

const SHA = 'a1'.repeat(20);
const PREVIEW = {
  ...{ project: 'shop', number: 12, title: 'Invoices', state: 'live', position: null, reason: null },
  ...{
    url: 'http://pr-12.shop.localhost',
    login: null,
    database: 'odoo_pr_12',
    branch: HOSTILE,
    sha: SHA,
    liveSha: SHA,
  },
  ...{ verdict: 'green', tests: null, guards: null, modules: [], timings: {}, run: null, build: null, failure: null },
  ...{ createdAt: ago(900), updatedAt: NOW, lastUsedAt: ago(3) },
};
const SITE: Answers = { ...PLACES, me: meAs('admin'), preview: PREVIEW, environmentRuns: [], ...INSIDE };
const SLEEPING: Answers = {
  ...SITE,
  ...{ preview: { ...PREVIEW, state: 'sleeping' }, environmentDetails: ASLEEP, environmentTraffic: QUIET },
};
const PAGE = '/projects/shop/previews/12';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

describe('at both widths and in both themes', () => {
  test('a preview that serves, with all its modules and the traffic in numbers', async () => {
    const wrong = await lookAt(standIn, PAGE, SITE, '61 installed', async (page) => {
      await page.getByLabel('Ours only').uncheck();
      await page.getByText('Accounting 59').waitFor();
      await page.getByText('As numbers').click();
    });
    expect(wrong).toEqual([]);
  });

  test('one that sleeps, of which not all is known', async () => {
    expect(await lookAt(standIn, PAGE, SLEEPING, 'Stopped: it takes no memory.')).toEqual([]);
  });

  test('a secret that is about to be removed', async () => {
    const wrong = await lookAt(standIn, PAGE, SITE, 'SMTP_PASSWORD', async (page) => {
      await page.getByRole('button', { name: 'Remove SMTP_PASSWORD' }).click();
      await page.getByText('Nobody can get the value').waitFor();
    });
    expect(wrong).toEqual([]);
  });
});

test('what is in it is shown: sizes, load, traffic in words and as a picture', async () => {
  const { page, defects, close } = await standIn.open(PAGE, SITE);
  const load = page.getByRole('region', { name: 'Size and load' });
  await load.getByText('52.0 MB').waitFor();
  await load.getByText('310 MB of 1.0 GB, 12.5 % of a core').waitFor();
  await load.getByText('Nearly all that it may have').waitFor();
  const [all, taken] = await Promise.all(
    [load.locator('.gauge').first(), load.locator('.gauge > span').first()].map((one) => one.boundingBox()),
  );
  expect((taken?.width ?? 0) / (all?.width ?? 1)).toBeCloseTo(0.31, 1);
  expect(taken?.height).toBe(all?.height);
  await load.getByText(/3\.4 MB, 1.234 files/).waitFor();
  const traffic = page.getByRole('region', { name: 'Traffic' });
  await traffic
    .getByText('770 requests in the last hour, 5 server errors. 95 of 100 were answered within 610 ms.')
    .waitFor();
  await traffic.getByRole('img', { name: 'Requests over the last hour; the most in one step were 67.' }).waitFor();
  expect(await traffic.locator('rect.asked').count()).toBe(20);
  expect(await traffic.locator('rect.wrong').count()).toBe(1);
  expect(defects).toEqual([]);
  await close();
});

test('modules are searched, ours first', async () => {
  const { page, close } = await standIn.open(PAGE, SITE);
  const modules = page.getByRole('region', { name: 'Installed modules' });
  await modules.getByText('shop_order').waitFor();
  expect(await modules.getByRole('row').count()).toBe(2);
  await modules.getByLabel('Search installed modules').fill('accounting 17');
  await modules.getByText('account_17').waitFor();
  await modules.getByText('1 found').waitFor();
  await modules.getByLabel('Search installed modules').fill('nonsense');
  await modules.getByText('No module is called that.').waitFor();
  await close();
});

test('how far back the traffic goes is chosen by keys', async () => {
  const hours: unknown[] = [];
  const { page, close } = await standIn.open(PAGE, {
    ...SITE,
    environmentTraffic: ({ query }: { readonly query: { readonly hours: string } }) => {
      hours.push(query.hours);
      return query.hours === '24' ? QUIET : TRAFFIC;
    },
  });
  await page.getByRole('button', { name: '1 h', exact: true }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing was asked in the last 24 hours.').waitFor();
  expect(hours).toEqual(['1', '24']);
  await close();
});

describe('acts', () => {
  test('one that cannot be used now says why, and does nothing', async () => {
    const { page, asked, close } = await standIn.open(PAGE, SLEEPING);
    const login = page.getByRole('button', { name: 'Log in as admin' });
    await login.waitFor();
    expect(await login.getAttribute('aria-disabled')).toBe('true');
    await login.focus();
    await page.keyboard.press('Enter');
    await page.locator('.toast, [role="status"]').getByText('It sleeps: wake it first.').first().waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(asked).toEqual([]);
    await close();
  });

  test('a login is as a user who is chosen, by an address that works once', async () => {
    const url = 'http://pr-12.shop.localhost/_slipway/connect?ticket=x';
    const { page, asked, close } = await standIn.open(PAGE, {
      ...SITE,
      environmentUsers: [{ login: 'demo', name: HOSTILE, active: true, kind: 'internal' }],
      connect: { url, user: 'demo', expiresAt: ago(-1) },
    });
    await page.getByRole('button', { name: 'As somebody else' }).click();
    await page.getByRole('button', { name: HOSTILE }).click();
    expect(await page.getByRole('link', { name: 'Open Odoo as demo' }).getAttribute('href')).toBe(url);
    expect(asked).toMatchObject([
      { name: 'connect', parameters: { environment: 'shop/pr-12' }, body: { user: 'demo' } },
    ]);
    await close();
  });

  test('who may only look is offered neither acts nor variables', async () => {
    const { page, close } = await standIn.open(PAGE, { ...SITE, me: meAs('viewer') });
    await page.getByText('61 installed').waitFor();
    for (const name of ['Log in as', 'As somebody else', 'Put to sleep', 'More acts', 'Set a secret'])
      expect([name, await page.getByRole('button', { name }).count()]).toEqual([name, 0]);
    expect(await page.getByRole('region', { name: 'Variables and secrets' }).count()).toBe(0);
    await close();
  });
});

describe('variables and secrets', () => {
  test('what is missing is said; values are not editable', async () => {
    const { page, close } = await standIn.open(PAGE, SITE);
    const panel = page.getByRole('region', { name: 'Variables and secrets' });
    await panel
      .getByRole('row', { name: /^API_KEY/ })
      .getByText('missing')
      .waitFor();
    await panel
      .getByRole('row', { name: /^COLOUR/ })
      .getByText('by default')
      .waitFor();
    expect(
      await panel
        .getByRole('row', { name: /^GREETING/ })
        .getByRole('button')
        .count(),
    ).toBe(0);
    await close();
  });

  test('a secret is set for the stage of the environment, and removed once it is confirmed', async () => {
    const told = { name: 'API_KEY', stage: 'preview', version: 1, updatedAt: NOW, updatedBy: 'ada' };
    const { page, asked, close } = await standIn.open(PAGE, { ...SITE, setSecret: told, removeSecret: told });
    await page.getByRole('button', { name: 'Set API_KEY' }).click();
    await page.getByLabel('Value').fill('hunter2');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('button', { name: 'Remove SMTP_PASSWORD' }).click();
    expect(asked.map(({ name }) => name)).toEqual(['setSecret']);
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('SMTP_PASSWORD of preview is removed.').first().waitFor();
    expect(asked).toMatchObject([
      { name: 'setSecret', parameters: { stage: 'preview', name: 'API_KEY' }, body: { value: 'hunter2' } },
      { name: 'removeSecret', parameters: { project: 'shop', stage: 'preview', name: 'SMTP_PASSWORD' } },
    ]);
    expect(await page.content()).not.toContain('hunter2');
    await close();
  });
});

test('a part that cannot be had is said in its place, and asked for again', async () => {
  let tries = 0;
  const { page, close } = await standIn.open(PAGE, {
    ...SITE,
    environmentDetails: () =>
      ++tries === 1 ? refused(403, 'forbidden', 'The role viewer is needed.') : { ...DETAILS, at: NOW },
  });
  const load = page.getByRole('region', { name: 'Size and load' });
  await load.getByText('The role viewer is needed.').waitFor();
  await page.getByText('770 requests').waitFor();
  await load.getByRole('button', { name: 'Try again' }).click();
  await load.getByText('52.0 MB').waitFor();
  await close();
});
