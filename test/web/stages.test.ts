import { afterAll, beforeAll, expect, test } from 'vitest';
import { INSIDE } from './inside.ts';
import { type Answers, lookAt, type StandIn, startStandIn } from './stand-in.ts';

const HOSTILE = '<img src=x onerror=window.hacked=1>';
const [NEW, OLD] = ['a1'.repeat(20), 'b2'.repeat(20)];
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const environment = (stage: string) => ({
  ...{
    name: `shop/${stage}`,
    project: 'shop',
    stage,
    state: 'live',
    database: `odoo_${stage}`,
    url: `http://${stage}.localhost`,
  },
  ...{ sha: NEW, image: 'slipway/shop:a1', createdAt: ago(9000), updatedAt: ago(50), login: null },
});
const deployment = (id: string, sha: string, serves: boolean) => ({
  ...{
    id,
    kind: 'deploy',
    status: 'succeeded',
    sha,
    image: null,
    database: 'odoo_production',
    actor: HOSTILE,
    approver: 'bob@example.org',
    actorName: null,
    approverName: HOSTILE,
  },
  ...{ startedAt: ago(60), switchedAt: ago(50), finishedAt: ago(49), serves, times: null },
});
const side = (serverErrors: number) => ({
  ...{
    seconds: 600,
    requests: 1200,
    serverErrors,
    p95: 231.4,
    kinds: 2,
    failingCrons: [{ name: 'Mail queue', failures: 2 }],
  },
  errors: [{ id: 'e1', level: 'ERROR', logger: 'odoo.sql_db', text: HOSTILE, count: 7 }],
});
const PRODUCTION = {
  ...{
    project: 'shop',
    state: 'live',
    url: 'http://shop.localhost',
    database: 'odoo_production',
    slot: 'blue',
    sha: NEW,
    image: null,
  },
  wayBack: { deployment: 'dep-0', sha: OLD, losesData: true, since: ago(50) },
  ...{ noWayBack: null, troubles: [`Backups are late: ${HOSTILE}`], login: null },
  deployments: [deployment('dep-1', NEW, true), deployment('dep-0', OLD, false)],
  watch: {
    ...{
      deployment: 'dep-1',
      state: 'told',
      since: ago(50),
      until: ago(-10),
      endedAt: null,
      reason: HOSTILE,
      rollback: null,
    },
    ...{
      why: ['Server errors: 14 instead of 0.'],
      remarks: ['Few requests.'],
      compared: { before: side(0), present: side(14) },
    },
  },
};
const BILL = {
  ...{
    project: 'shop',
    database: 'odoo_production',
    former: 'odoo_former',
    since: ago(50),
    takenAt: ago(0),
    listed: 10,
  },
  documents: [
    {
      ...{ model: 'sale.order', title: 'Sales orders', kind: 'business', created: 2, changed: 1, deleted: 0 },
      totals: [{ currency: 'EUR', amount: '1210.00' }],
      rows: [
        {
          id: '42',
          name: `S00042 ${HOSTILE}`,
          what: 'created',
          who: 'Mitchell',
          at: ago(20),
          amount: '605.00',
          currency: 'EUR',
        },
      ],
    },
    {
      ...{ model: 'ir.cron', title: 'ir.cron', kind: 'technical', created: 90, changed: 4, deleted: 0 },
      totals: [],
      rows: [],
    },
  ],
  unread: [{ model: 'x.secret', why: 'permission denied' }],
};
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
  me: {
    user: { id: 'u', name: 'Bob', email: 'bob@example.org', twoFactor: true },
    ...{ via: 'session', installation: false, roles: { shop: 'admin' }, setup: false },
  },
  environmentRuns: [],
  ...INSIDE,
  environment: ({ parameters }: { readonly parameters: Readonly<Record<string, string>> }) =>
    environment(parameters['environment']?.split('/').at(-1) ?? ''),
  production: PRODUCTION,
  rollbackBill: { deployment: 'dep-0', sha: OLD, losesData: true, since: ago(50), bill: BILL },
  rehearsals: [
    {
      ...{
        id: 'run-r',
        project: 'shop',
        state: 'failed',
        sha: NEW,
        imageDigest: 'sha256:d',
        productionSha: OLD,
        snapshot: null,
      },
      ...{ requestedBy: 'ada', at: ago(70), seconds: 252, lastLines: [], report: null },
      failure: { code: 'module-update-failed', message: `Module ${HOSTILE} does not install.`, hint: '', facts: {} },
    },
  ],
  snapshots: [],
};

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

test('production, with the rollback and its bill open', async () => {
  const wrong = await lookAt(standIn, '/projects/shop/production', SITE, 'Roll back', async (page) => {
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('2 new, 1 changed, 0 deleted records').waitFor();
    await page.getByText('Sales orders').click();
  });
  expect(wrong).toEqual([]);
});

test('staging', async () => {
  expect(await lookAt(standIn, '/projects/shop/staging', SITE, 'does not install')).toEqual([]);
});

test('a rollback goes where was chosen, once `production` is typed', async () => {
  const { page, asked, defects, close } = await standIn.open('/projects/shop/production', {
    ...SITE,
    rollbackProduction: { run: 'run-b' },
  });
  await page.getByRole('button', { name: 'Roll back' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('since 50 min ago').waitFor();
  expect(await dialog.getByRole('button', { name: 'Roll back' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Type').fill('production');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => asked.at(-1))
    .toMatchObject({ name: 'rollbackProduction', body: { to: 'dep-0', confirm: true } });
  expect(defects).toEqual([]);
  await close();
});

test('staging: deploy, new data, rehearsal', async () => {
  const { page, asked, close } = await standIn.open('/projects/shop/staging', {
    ...SITE,
    ...{ deployStaging: { run: 'r1' }, refreshStaging: { run: 'r2' }, rehearse: { run: 'r3' } },
  });
  await page.getByRole('button', { name: 'Deploy' }).click();
  await page.getByRole('button', { name: 'Refresh data' }).click();
  await page.getByLabel('Data', { exact: true }).selectOption('renew');
  await page.getByRole('dialog').getByRole('button', { name: 'Refresh' }).click();
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rehearse' }).click();
  await expect
    .poll(() => asked.map(({ name, body }) => [name, body]))
    .toEqual([
      ['deployStaging', undefined],
      ['refreshStaging', { snapshot: null, renew: true }],
      ['rehearse', { fresh: false }],
    ]);
  await close();
});

test('what the role does not allow is not there', async () => {
  const viewer = { ...SITE, me: { ...(SITE.me as object), roles: { shop: 'viewer' } } };
  const { page, close } = await standIn.open('/projects/shop/production', viewer);
  await page.getByText('Server errors: 14 instead of 0.').waitFor();
  expect(await page.getByRole('button', { name: 'Roll back' }).count()).toBe(0);
  await close();
});
