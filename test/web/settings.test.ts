import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answers, lookAt, refused, type StandIn, startStandIn } from './stand-in.ts';

const HOSTILE = '<img src=x onerror=window.hacked=1>';
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const WEBHOOK = {
  ...{
    id: 'wh_1',
    project: 'shop',
    url: `https://example.org/${HOSTILE}`,
    kinds: ['run.finished', 'preview.failed'],
    active: true,
  },
  ...{
    reason: null,
    failingSince: ago(40),
    formerSecretUntil: null,
    createdBy: 'ada',
    createdAt: ago(900),
    updatedAt: ago(90),
  },
};
const DELIVERY = {
  ...{
    id: 'msg_1',
    webhook: 'wh_1',
    kind: 'preview.failed',
    state: 'given-up',
    attempts: 8,
    code: 500,
    milliseconds: 812,
  },
  ...{ error: HOSTILE, answer: `<html><script>window.hacked=1</script>`, body: `{"title":"${HOSTILE}"}` },
  ...{ createdAt: ago(60), lastAt: ago(40), nextAt: null },
};
const USER = {
  ...{ id: 'u1', name: 'Ada Lovelace', email: 'ada@example.org', installation: true, active: true, twoFactor: true },
  ...{ roles: {}, createdAt: ago(9000), lastSeenAt: ago(3) },
};
const INVITATION = {
  ...{
    id: 'inv_1',
    email: 'bob@example.org',
    name: HOSTILE,
    installation: false,
    roles: { shop: 'tester' },
    state: 'open',
  },
  ...{ createdBy: 'ada@example.org', createdAt: ago(10), expiresAt: ago(-9000) },
};
const TOKEN = {
  ...{ id: 't1', name: 'ci', email: null, scopes: ['read'], createdBy: 'ada', createdAt: ago(9), expiresAt: null },
  ...{ lastUsedAt: null, revokedAt: null },
};
const entry = (id: number) => ({
  ...{
    id,
    who: HOSTILE,
    name: HOSTILE,
    what: 'preview.open',
    target: `shop/${HOSTILE}`,
    at: ago(id),
    from: 'web 203.0.113.7',
  },
  ...{ result: id % 2 === 0 ? 'ok' : 'refused', details: { branch: HOSTILE } },
});
const SITE: Answers = {
  projects: [
    {
      name: 'shop',
      repository: 'acme/shop',
      defaultBranch: 'main',
      role: null,
      stages: { production: true, staging: true },
    },
  ],
  me: {
    user: { id: 'u1', name: 'Ada', email: 'ada@example.org', twoFactor: true },
    ...{ via: 'session', installation: true, roles: {}, setup: false },
  },
  secrets: [{ name: `SMTP_${HOSTILE}`, stage: 'staging', version: 3, updatedAt: ago(70), updatedBy: 'ada' }],
  members: [
    {
      user: 'u2',
      name: HOSTILE,
      email: 'bob@example.org',
      role: 'tester',
      active: true,
      givenBy: 'ada',
      givenAt: ago(500),
    },
  ],
  webhooks: [WEBHOOK],
  webhookDeliveries: [DELIVERY],
  notices: [
    {
      ...{
        id: 'n1',
        project: 'shop',
        channel: 'team',
        kind: 'deployment-failed',
        title: HOSTILE,
        state: 'given-up',
        attempts: 5,
      },
      ...{ error: HOSTILE, createdAt: ago(50), sentAt: null, nextAttemptAt: null },
    },
  ],
  audit: [entry(1), entry(2)],
  projectAudit: [entry(1), entry(2)],
  users: [
    USER,
    { ...USER, id: 'u2', name: HOSTILE, email: 'bob@example.org', installation: false, roles: { shop: 'tester' } },
  ],
  invitations: [INVITATION],
  tokens: [TOKEN],
  doctor: () => DOCTOR,
  status: {
    ...{
      version: '0.1.0',
      instance: 'inst_1',
      startedAt: ago(5000),
      edge: { url: 'http://localhost', listening: true },
    },
    ...{ database: { ok: true, version: '17.2', managed: true }, docker: { ok: false, version: null }, previews: [] },
    projects: [{ name: 'shop', series: '19.0', source: 'acme/shop', live: 2, queued: 1, max: 4 }],
  },
};

const finding = (check: string, state: string, says: string, hint: string | null) => ({ check, state, says, hint });
const DOCTOR = {
  ok: false,
  findings: [
    finding('postgresql', 'ok', 'PostgreSQL 17.2, kept by Slipway, answers; 12 of 100 connections are taken.', null),
    finding('disk', 'warn', `5.0 GiB are free for the data folder (/srv/${HOSTILE}).`, 'Close previews.'),
    finding('docker', 'fail', 'Docker Engine does not answer.', 'Start it: `systemctl start docker`.'),
  ],
};

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

describe('at both widths and in both themes', () => {
  test.each([
    ['secrets', 'Replace'],
    ['members', 'Take out'],
    ['notices', 'Given up'],
    ['audit', 'preview.open'],
  ])('settings: %s', async (tab, until) => {
    expect(await lookAt(standIn, `/projects/shop/settings?tab=${tab}`, SITE, until)).toEqual([]);
  });
  test('settings: webhooks with what one was told', async () => {
    const wrong = await lookAt(standIn, '/projects/shop/settings?tab=webhooks', SITE, 'Failing', async (page) => {
      await page.getByRole('button', { name: 'Deliveries' }).click();
      await page.getByText('Sent and answered').click();
    });
    expect(wrong).toEqual([]);
  });
  test.each([
    ['/people', 'Take back'],
    ['/tokens', 'Revoke'],
    ['/audit', 'preview.open'],
    ['/about', 'Not well'],
  ])('%s', async (path, until) => {
    expect(await lookAt(standIn, path, SITE, until)).toEqual([]);
  });
});

test('a secret goes in and is not shown; what the server has against it is', async () => {
  let tries = 0;
  const { page, asked, defects, close } = await standIn.open('/projects/shop/settings', {
    ...SITE,
    secrets: [],
    setSecret: () =>
      ++tries === 1
        ? refused(422, 'payload-invalid', 'That is no name of a secret.', 'Capital letters.')
        : { name: 'KEY', stage: 'production', version: 1, updatedAt: ago(0), updatedBy: 'ada' },
  });
  await page.getByText('No secrets').waitFor();
  await page.getByRole('button', { name: 'Set a secret' }).click();
  await page.getByLabel('Name').fill('KEY');
  await page.getByLabel('Stage').selectOption('production');
  await page.getByLabel('Value').fill('hunter2');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await page.getByText('That is no name of a secret.').waitFor();
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(asked[0]).toMatchObject({
    parameters: { project: 'shop', stage: 'production', name: 'KEY' },
    body: { value: 'hunter2' },
  });
  expect(await page.content()).not.toContain('hunter2');
  expect(defects).toEqual([]);
  await close();
});

test('a secret is removed once it is confirmed', async () => {
  const told = { name: 'KEY', stage: 'staging', version: 3, updatedAt: ago(70), updatedBy: 'ada' };
  const { page, asked, close } = await standIn.open('/projects/shop/settings', {
    ...SITE,
    ...{ secrets: [told], removeSecret: told },
  });
  await page.getByRole('button', { name: 'Remove KEY of staging' }).click();
  await page.getByText('the next deployment there fails').waitFor();
  expect(asked).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('KEY of staging is removed.').first().waitFor();
  expect(asked[0]).toMatchObject({ name: 'removeSecret', parameters: { stage: 'staging', name: 'KEY' } });
  await close();
});

test('about says what is wrong first, with what to do, and looks again', async () => {
  let looks = 0;
  const { page, defects, close } = await standIn.open('/about', {
    ...SITE,
    doctor: () => (++looks === 1 ? DOCTOR : { ok: true, findings: DOCTOR.findings.slice(0, 1) }),
  });
  const health = page.getByRole('region', { name: 'Health' });
  await health.getByText('Something that Slipway needs is not there').waitFor();
  await health.getByText('systemctl start docker').waitFor();
  expect((await health.getByRole('row').allTextContents()).map((row) => row.slice(0, 4))).toEqual([
    'What',
    'Dock',
    'Disk',
    'Post',
  ]);
  await health.getByRole('button', { name: 'Look again' }).click();
  await health.getByText('Everything that Slipway needs is there.').waitFor();
  expect(defects).toEqual([]);
  await close();
});

test('who administers no installation is told by it what the status says', async () => {
  const me = { ...(SITE.me as object), installation: false, roles: { shop: 'developer' } };
  const { page, close } = await standIn.open('/about', {
    ...SITE,
    ...{ me, doctor: refused(403, 'forbidden', 'Not for you.') },
  });
  await page.getByText('Not well').waitFor();
  expect(await page.getByText('Not for you.').count()).toBe(0);
  await close();
});

test('tabs are moved through with arrows, and each has its address', async () => {
  const { page, close } = await standIn.open('/projects/shop/settings', SITE);
  await page.getByRole('tab', { name: 'Secrets' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByText('What each role may').waitFor();
  expect(page.url()).toContain('tab=members');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Members');
  await close();
});

test('an invitation: its link is shown once', async () => {
  const { page, asked, close } = await standIn.open('/people', {
    ...SITE,
    invite: { ...INVITATION, link: 'https://slipway.example/invitation#token=x' },
  });
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('E-mail address').fill('bob@example.org');
  await page.getByLabel('Role in shop').selectOption('tester');
  await page.getByRole('button', { name: 'Make the invitation' }).click();
  await page.getByText('https://slipway.example/invitation#token=x').waitFor();
  expect(asked[0]?.body).toEqual({
    email: 'bob@example.org',
    name: null,
    installation: false,
    roles: { shop: 'tester' },
  });
  await close();
});

test('a webhook: added with its secret, and a message sent again', async () => {
  const { page, asked, close } = await standIn.open('/projects/shop/settings?tab=webhooks', {
    ...SITE,
    createWebhook: { ...WEBHOOK, id: 'wh_2', secret: 'whsec_abc' },
    replayWebhook: DELIVERY,
  });
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  await page.getByLabel('Address').fill('https://example.org/hook');
  await page.getByLabel('Everything').uncheck();
  await page.getByLabel('promotion.requested').check();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('whsec_abc').waitFor();
  await page.getByRole('button', { name: 'Deliveries' }).click();
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => asked.map(({ name }) => name)).toEqual(['createWebhook', 'replayWebhook']);
  expect(asked[0]?.body).toEqual({ url: 'https://example.org/hook', kinds: ['promotion.requested'] });
  await close();
});

test('the audit log is asked for what the filter says', async () => {
  const queries: unknown[] = [];
  const { page, close } = await standIn.open('/audit', {
    ...SITE,
    audit: ({ query }: { readonly query: unknown }) => {
      queries.push(query);
      return [];
    },
  });
  await page.getByText('Nothing fits').waitFor();
  await page.getByLabel('Who').fill('ada');
  await expect.poll(() => queries.at(-1)).toEqual({ who: 'ada', limit: '50' });
  await close();
});

test('who is no administrator is not led to people, tokens and settings', async () => {
  const me = { ...(SITE.me as object), installation: false, roles: { shop: 'developer' } };
  const { page, close } = await standIn.open('/projects/shop/settings', { ...SITE, me });
  await page.getByText('Settings are for admins').waitFor();
  for (const word of ['People', 'Tokens', 'Settings'])
    expect(await page.getByRole('link', { name: word, exact: true }).count()).toBe(0);
  await close();
});

test('people: a lost second factor is taken away by the menu, with the keyboard; nobody gives up being administrator', async () => {
  const bob = { ...USER, id: 'u2', name: 'Bob', email: 'bob@example.org', installation: false };
  const { page, asked, defects, close } = await standIn.open('/people', {
    ...SITE,
    users: [USER, bob],
    removeSecondFactor: { ...bob, twoFactor: false },
  });
  await page.getByRole('button', { name: 'Acts on Bob' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('s');
  await page.getByRole('menuitem', { name: 'Second factor is lost' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).press('Enter');
  await page.getByText('Bob signs in with the password alone now.').waitFor();
  expect(asked.map(({ name, parameters }) => [name, parameters])).toEqual([['removeSecondFactor', { user: 'u2' }]]);

  await page.getByRole('button', { name: 'Acts on Ada Lovelace' }).click();
  await page.getByRole('menuitem', { name: 'Change roles' }).click();
  const own = page.getByRole('dialog').getByRole('checkbox', { name: /Administrator of the installation/ });
  expect([await own.isChecked(), await own.isDisabled()]).toEqual([true, true]);
  await page.getByText('another administrator takes it away').waitFor();
  expect(defects).toEqual([]);
  await close();
});
