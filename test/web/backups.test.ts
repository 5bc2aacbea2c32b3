import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ago, meAs, PLACES } from './places.ts';
import { type Answers, lookAt, refused, type StandIn, startStandIn } from './stand-in.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

const HOSTILE = '<img src=x onerror=window.hacked=1>';
const snapshot = (id: string, kind: 'raw' | 'sanitised', more: object = {}): object => ({
  ...{
    id,
    project: 'shop',
    kind,
    reason: 'schedule',
    series: '19.0',
    modules: 84,
    rows: 1_204_331,
    files: 9_120,
    bytes: 3_400_000_000,
  },
  ...{
    storedBytes: 612_000_000,
    encrypted: kind === 'raw',
    takenAt: ago(300),
    finishedAt: ago(298),
    pinned: false,
    keep: null,
    ...more,
  },
});
const WINDOW = { from: ago(60 * 24 * 6), until: ago(1) };

const DATA: Answers = {
  ...PLACES,
  data: {
    schedules: [
      { name: 'backups', expression: '0 */6 * * *', nextAt: ago(-55), lastAt: ago(300) },
      { name: 'drill', expression: '0 3 * * 0', nextAt: null, lastAt: null },
    ],
    drill: {
      snapshot: 'snap-raw-1',
      recoveryPointSeconds: 21_600,
      recoveryTimeSeconds: 214,
      rowsCompared: 1_204_331,
      at: ago(600),
    },
    archive: { windows: [WINDOW], lagSeconds: 41, retainedBytes: 12_000_000 },
    events: [{ kind: 'backup-failed', subject: 'shop', message: `The store does not answer: ${HOSTILE}`, at: ago(90) }],
    failed: [
      {
        ...{ run: 'run-6', kind: 'create-snapshot', of: 'raw', at: ago(20) },
        failure: { code: 'store-unreachable', message: `The store ${HOSTILE} is away.`, hint: HOSTILE },
      },
    ],
  },
  snapshots: [
    snapshot('snap-raw-1', 'raw', { keep: 'one of the newest 7 days', pinned: true }),
    snapshot('snap-san-1', 'sanitised', { keep: 'one of the newest 3', reason: 'refresh' }),
    snapshot('snap-raw-2', 'raw', { encrypted: false, keep: HOSTILE }),
    snapshot('snap-san-2', 'sanitised'),
  ],
  restoreBackup: { run: 'run-7' },
  restoreMoment: { run: 'run-8' },
  createSnapshot: { run: 'run-9' },
  verifySnapshot: {
    ok: false,
    objects: 120,
    damages: [{ part: HOSTILE, object: 'ab12', reason: 'its hash is another one' }],
  },
};
const EMPTY: Answers = {
  ...PLACES,
  snapshots: [],
  data: { schedules: [], drill: null, archive: null, events: [], failed: [] },
};

test('backups, with and without any, at both widths and in both themes', async () => {
  expect(await lookAt(standIn, '/projects/shop/backups', EMPTY, 'There is no backup yet')).toEqual([]);
  expect(await lookAt(standIn, '/projects/shop/backups', DATA, 'goes with the next pruning')).toEqual([]);
});

const choose = async (page: Page, id: string, word: string): Promise<void> => {
  await page.getByRole('button', { name: `Acts on ${id}` }).click();
  await page.getByRole('menuitem', { name: word }).click();
};

test('production is restored only by somebody who types its name', async () => {
  const { page, asked, defects, close } = await standIn.open('/projects/shop/backups', DATA);
  await choose(page, 'snap-raw-1', 'Restore into production');
  const restore = page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true });
  expect(await restore.isDisabled()).toBe(true);
  await page.getByLabel('Type production to go on').fill('Production');
  expect(await restore.isDisabled()).toBe(true);
  await page.getByLabel('Type production to go on').fill('production');
  await page.keyboard.press('Enter');
  await page.getByText('The backup is restored into production.').waitFor();

  expect(await page.getByRole('link', { name: 'Watch it' }).getAttribute('href')).toBe('/projects/shop/runs/run-7');
  expect(asked).toMatchObject([
    {
      name: 'restoreBackup',
      parameters: { snapshot: 'snap-raw-1' },
      body: { to: 'production', confirm: 'production' },
    },
  ]);
  expect(defects).toEqual([]);
  await close();
});

test('a moment that no log is kept of is refused before it is asked for; the other is sent as that moment', async () => {
  const { page, asked, close } = await standIn.open('/projects/shop/backups', DATA);
  const field = page.getByLabel('Restore into staging as of');
  await field.fill('2001-01-01T10:00:00');
  await page.getByText('No log is kept of that moment.').waitFor();
  const at = new Date(Math.floor(Date.parse(ago(120)) / 1000) * 1000);
  const local = await page.evaluate((time) => {
    const date = new Date(time);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  }, at.getTime());
  await field.fill(local);
  await page.keyboard.press('Enter');
  await page.getByLabel('Type staging to go on').fill('staging');
  await page.keyboard.press('Enter');
  await page.getByText('Staging gets production as it was then.').waitFor();
  expect(asked).toMatchObject([{ name: 'restoreMoment', body: { at: at.toISOString(), to: 'staging' } }]);
  await close();
});

test('damage and refusals are told in words', async () => {
  const no = refused(409, 'stage-missing', 'Project shop has no stage production.', 'Write one into slipway.yaml.');
  const { page, close } = await standIn.open('/projects/shop/backups', { ...DATA, createSnapshot: no });
  await choose(page, 'snap-san-1', 'Verify');
  await page.getByText('1 of 120 objects are damaged.').waitFor();
  await page.getByText(HOSTILE).last().waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByRole('button', { name: 'Back up', exact: true }).click();
  await page.getByText('Write one into slipway.yaml.').waitFor();
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  await close();
});

test('a tester is offered snapshots, and nothing that touches real data', async () => {
  const { page, close } = await standIn.open('/projects/shop/backups', DATA);
  await page.route('**/api/v1/me', (route) => route.fulfill({ json: meAs('tester') }));
  await page.reload();
  await page.getByRole('button', { name: 'Take a snapshot' }).waitFor();
  await page.getByRole('button', { name: 'Acts on snap-san-1' }).waitFor();
  expect(await page.getByRole('button', { name: 'Back up now' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Acts on snap-raw-1' }).count()).toBe(0);
  expect(await page.getByLabel('Restore into staging as of').count()).toBe(0);
  await close();
});
