import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answers, lookAt, type StandIn, startStandIn } from './stand-in.ts';

const HOSTILE = '<img src=x onerror=window.hacked=1>';
const SHA = 'a1'.repeat(20);
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const FORECAST = {
  copySeconds: 40,
  updateSeconds: 130,
  figuresSeconds: 12,
  bootSeconds: 20,
  smokeSeconds: 8,
  readOnlySeconds: 210,
  source: 'rehearsal',
  from: 'run-r',
};
const PROMOTION = {
  ...{ id: 'prom_1', project: 'shop', state: 'open', reason: null },
  release: { sha: SHA, build: 'build-1', image: 'slipway/shop:a1a1', imageDigest: `sha256:${'d'.repeat(64)}` },
  requestedBy: { who: 'ada@example.org', name: `Ada ${HOSTILE}`, email: 'ada@example.org' },
  commits: [
    { sha: SHA, author: HOSTILE, email: 'eve@example.org', subject: `Fix ${HOSTILE}`, at: ago(300) },
    { sha: 'c3'.repeat(20), author: 'Eve', email: 'eve@example.org', subject: 'Round to the cent', at: ago(400) },
  ],
  change: {
    ...{ action: 'update', update: ['shop_sale'], install: [], why: 'Modules are updated, so the database changes.' },
    modules: [
      { name: `shop_${HOSTILE}`, action: 'update', why: 'its data files changed', version: '19.0.1.2.0' },
      { name: 'shop_base', action: 'nothing', why: 'nothing changed', version: '19.0.1.0.0' },
    ],
  },
  deployment: {
    path: 'clone-and-switch',
    why: 'Modules are updated, and the copy takes 40 s.',
    forecast: FORECAST,
    readOnlySeconds: 210,
    awaySeconds: 0,
    refused: null,
  },
  times: null,
  production: { sha: 'b2'.repeat(20), image: 'slipway/shop:b2b2', since: ago(3000) },
  rehearsal: { id: 'run-r', succeeded: true, at: ago(60), says: 'about 4 min read-only, 1 module, no lock > 2 s' },
  branch: { name: 'main', head: SHA, contained: true },
  gates: [
    { gate: 'artifact', state: 'pass', why: 'Staging ran this image.', fix: null, passedOver: false },
    {
      gate: 'approval',
      state: 'wait',
      why: 'Nobody has approved it.',
      fix: 'Somebody who neither wrote it nor asked for it approves.',
      passedOver: false,
    },
    {
      gate: 'drift',
      state: 'fail',
      why: `Column ${HOSTILE} is new.`,
      fix: 'Look at it, and take a snapshot.',
      passedOver: false,
    },
    { gate: 'window', state: 'off', why: 'slipway.yaml does not ask for it.', fix: null, passedOver: false },
  ],
  ...{
    ready: false,
    approvals: [],
    emergency: null,
    run: null,
    createdAt: ago(30),
    expiresAt: ago(-4000),
    wentAt: null,
    endedAt: null,
  },
};

const person = (email: string) => ({
  user: { id: 'u', name: 'Bob', email, twoFactor: true },
  ...{ via: 'session', installation: false, roles: { shop: 'admin' }, setup: false },
});
const SITE: Answers = {
  projects: [
    {
      name: 'shop',
      repository: 'acme/shop',
      defaultBranch: 'main',
      role: 'admin',
      stages: { production: true, staging: true },
    },
  ],
  me: person('bob@example.org'),
  promotion: PROMOTION,
};
const MEASURED = {
  ...{
    heldSeconds: 1,
    readOnlySeconds: 190,
    awaySeconds: null,
    backupSeconds: 30,
    copySeconds: 41,
    updateSeconds: 122,
  },
  ...{ figuresSeconds: 11, bootSeconds: 19, smokeSeconds: 8, switchSeconds: 0.4, totalSeconds: 260 },
};
const step = (index: number, name: string, state: string) => ({
  ...{ index, name, kind: name, state, attempts: 1, note: state === 'done' ? HOSTILE : null },
  ...{ startedAt: state === 'pending' ? null : ago(1), milliseconds: state === 'done' ? 4200 : null },
});
const RUN = {
  ...{
    id: 'run-d',
    project: 'shop',
    environment: 'shop/production',
    kind: 'deploy-production',
    state: 'running',
    position: null,
    reason: null,
  },
  ...{ sha: SHA, requestedBy: 'ada', requestedAt: ago(2), startedAt: ago(1), finishedAt: null, failure: null },
  steps: [step(0, 'back-up', 'done'), step(1, 'copy-database', 'running'), step(2, 'switch-route', 'pending')],
};

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

describe('at both widths and in both themes', () => {
  test('the list', async () => {
    const row = {
      id: 'prom_1',
      project: 'shop',
      sha: SHA,
      requestedBy: HOSTILE,
      requesterName: HOSTILE,
      run: null,
      createdAt: ago(30),
      endedAt: null,
    };
    const promotions = [
      { ...row, state: 'open', reason: null, waitsFor: ['approval', 'drift'] },
      { ...row, id: 'prom_0', state: 'refused', reason: HOSTILE, waitsFor: [] },
    ];
    expect(await lookAt(standIn, '/projects/shop/promotions', { ...SITE, promotions }, 'waits for')).toEqual([]);
  });
  test('the empty list', async () => {
    expect(
      await lookAt(standIn, '/projects/shop/promotions', { ...SITE, promotions: [] }, 'Nothing was promoted yet'),
    ).toEqual([]);
  });
  test('a new one', async () => {
    const answers = { ...SITE, requestPromotion: { ...PROMOTION, id: null } };
    expect(await lookAt(standIn, '/projects/shop/promotions/new', answers, 'gates hold it up')).toEqual([]);
  });
  test('an open one', async () => {
    expect(await lookAt(standIn, '/projects/shop/promotions/prom_1', SITE, 'Your turn')).toEqual([]);
  });
  test('one that is being deployed, with its steps', async () => {
    const times = {
      path: 'clone-and-switch',
      why: 'As foreseen.',
      forecast: FORECAST,
      measured: MEASURED,
      requests: [],
    };
    const promotion = {
      ...PROMOTION,
      state: 'deploying',
      run: 'run-d',
      times,
      emergency: { who: 'ada@example.org', name: HOSTILE, reason: HOSTILE, at: ago(5) },
    };
    expect(
      await lookAt(standIn, '/projects/shop/promotions/prom_2', { ...SITE, promotion, run: RUN }, '1 of 3 steps'),
    ).toEqual([]);
  });
});

test('asking: looks first, asks once, and goes to the promotion', async () => {
  const { page, asked, defects, close } = await standIn.open('/projects/shop/promotions/new', {
    ...SITE,
    requestPromotion: PROMOTION,
  });
  await page.getByText('It cannot wait for its gates').click();
  await expect.poll(() => page.getByRole('button', { name: 'Ask as an emergency' }).isDisabled()).toBe(true);
  await page.getByLabel('Why').fill('The tills stand still');
  await page.getByRole('button', { name: 'Ask as an emergency' }).click();
  await page.waitForURL('**/promotions/prom_1');
  const bodies = asked.filter(({ name }) => name === 'requestPromotion').map(({ body }) => body);
  expect(bodies[0]).toEqual({ dry_run: true });
  expect(bodies.filter((body) => !('dry_run' in (body as object)))).toEqual([{ emergency: 'The tills stand still' }]);
  expect(defects).toEqual([]);
  await close();
});

test('approving by the keyboard alone, of the very commit that is shown', async () => {
  const { page, asked, defects, close } = await standIn.open('/projects/shop/promotions/prom_1', {
    ...SITE,
    approvePromotion: PROMOTION,
  });
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.textContent')) === 'Approve') break;
  }
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('Looked at it on staging');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => asked.at(-1))
    .toMatchObject({
      name: 'approvePromotion',
      parameters: { project: 'shop', promotion: 'prom_1' },
      body: { sha: SHA, reason: 'Looked at it on staging' },
    });
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(defects).toEqual([]);
  await close();
});

test('a gate that holds it up leads to where it is mended', async () => {
  const { page, defects, close } = await standIn.open('/projects/shop/promotions/prom_1', SITE);
  const drift = page.getByRole('listitem').filter({ hasText: 'Look at it, and take a snapshot.' });
  await drift.getByRole('link', { name: 'Take a snapshot' }).click();
  await page.waitForURL('**/projects/shop/backups');
  expect(defects).toEqual([]);
  await close();
});

test('nobody is offered to approve what is theirs, and a tester not at all', async () => {
  const own = await standIn.open('/projects/shop/promotions/prom_1', { ...SITE, me: person('eve@example.org') });
  await own.page.getByText('You wrote a part of it').waitFor();
  expect(await own.page.getByRole('button', { name: 'Approve' }).isDisabled()).toBe(true);
  await own.close();
  const tester = await standIn.open('/projects/shop/promotions/prom_1', {
    ...SITE,
    me: { ...person('bob@example.org'), roles: { shop: 'tester' } },
  });
  await tester.page.getByText('Admins of the project approve.').waitFor();
  expect(await tester.page.getByRole('button', { name: 'Refuse' }).count()).toBe(0);
  await tester.close();
});

test('letting it go has to be typed, and only when the gates let it', async () => {
  const ready = { ...PROMOTION, ready: true, gates: [] };
  const { page, asked, close } = await standIn.open('/projects/shop/promotions/prom_1', {
    ...SITE,
    promotion: ready,
    goPromotion: ready,
  });
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByRole('button', { name: 'Go' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Type').fill('production');
  await dialog.getByRole('button', { name: 'Go' }).click();
  await expect.poll(() => asked.at(-1)?.name).toBe('goPromotion');
  await close();
});
