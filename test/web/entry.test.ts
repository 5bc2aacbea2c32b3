import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answers, lookAt, refused, type StandIn, startStandIn } from './stand-in.ts';

const TOKEN = 'k'.repeat(43);
const WAYS = { providers: [{ id: 'github', name: 'GitHub' }], setup: false };
const LATER = new Date(Date.now() + 86_400_000 * 6).toISOString();
const NOW = new Date().toISOString();
const HOSTILE = '<img src=x onerror=window.hacked=1>';

const ACCOUNT: Answers = {
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
    user: { id: 'u1', name: 'Ada Lovelace', email: 'ada@example.org', twoFactor: false },
    ...{ via: 'session', installation: false, roles: { shop: 'admin' }, setup: false },
  },
  mySessions: [
    {
      id: 's1',
      current: true,
      address: '203.0.113.7',
      browser: 'Mozilla/5.0 (X11; Linux) Firefox/140.0',
      createdAt: NOW,
      lastUsedAt: NOW,
      expiresAt: LATER,
    },
    { id: 's2', current: false, address: null, browser: HOSTILE, createdAt: NOW, lastUsedAt: NOW, expiresAt: LATER },
  ],
  myTokens: [
    {
      id: 't1',
      name: 'ci',
      scopes: ['read', 'promote'],
      projects: ['shop'],
      createdAt: NOW,
      expiresAt: LATER,
      lastUsedAt: null,
      revokedAt: null,
    },
    {
      id: 't2',
      name: 'old',
      scopes: ['admin'],
      projects: null,
      createdAt: NOW,
      expiresAt: null,
      lastUsedAt: NOW,
      revokedAt: NOW,
    },
  ],
};

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());

describe('ways in, at both widths and in both themes', () => {
  test('sign in', async () => {
    expect(await lookAt(standIn, '/sign-in', { signInWays: WAYS }, 'GitHub')).toEqual([]);
  });
  test('set up', async () => {
    expect(await lookAt(standIn, `/setup#token=${TOKEN}`, { setup: { needed: true } }, 'Make the account')).toEqual([]);
  });
  test('an invitation', async () => {
    const invited = {
      email: 'bob@example.org',
      name: HOSTILE,
      installation: false,
      roles: { shop: 'tester' },
      expiresAt: LATER,
    };
    expect(
      await lookAt(standIn, `/invitation#token=${TOKEN}`, { lookAtInvitation: invited }, 'Make your account'),
    ).toEqual([]);
  });
  test('a new password', async () => {
    expect(await lookAt(standIn, `/password#token=${TOKEN}`, {}, 'Use this password')).toEqual([]);
  });
  test('the account', async () => {
    expect(await lookAt(standIn, '/account', ACCOUNT, 'Sign out everywhere else')).toEqual([]);
  });
});

test('signing in with a second factor takes the keyboard alone, and leads to where one was going', async () => {
  let tries = 0;
  const { page, asked, defects, close } = await standIn.open('/sign-in?next=%2Faccount', {
    ...ACCOUNT,
    signInWays: WAYS,
    signIn: () =>
      ++tries === 1
        ? refused(401, 'sign-in-refused', 'E-mail address and password do not go together.')
        : { signedIn: false },
    signInCode: { signedIn: true },
  });
  await page.getByLabel('E-mail address').waitFor();
  await page.keyboard.type('ada@example.org');
  await page.keyboard.press('Tab');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('do not go together').waitFor();
  await page.keyboard.type(' horse');
  await page.keyboard.press('Enter');
  await page.getByLabel('Code of your app').waitFor();
  await page.keyboard.type(' 123456');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/account');
  expect(asked.map(({ name, body }) => [name, body])).toEqual([
    ['signIn', { email: 'ada@example.org', password: 'wrong', remember: true }],
    ['signIn', { email: 'ada@example.org', password: 'wrong horse', remember: true }],
    ['signInCode', { code: '123456' }],
  ]);
  expect(defects).toEqual([]);
  await close();
});

test('a recovery code stands in for the phone', async () => {
  const { page, asked, close } = await standIn.open('/sign-in', {
    ...ACCOUNT,
    ...{ signInWays: WAYS, signIn: { signedIn: false }, signInRecovery: { signedIn: true } },
  });
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('secret');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill('abcd-efgh');
  await page.keyboard.press('Enter');
  await expect.poll(() => asked.at(-1)?.name).toBe('signInRecovery');
  await close();
});

test('the first account: made once, then one is in', async () => {
  const { page, asked, close } = await standIn.open(`/setup#token=${TOKEN}`, {
    ...ACCOUNT,
    ...{ setup: { needed: true }, completeSetup: { signedIn: true } },
  });
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('a few words in a row');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== '/setup');
  expect(page.url()).not.toContain(TOKEN);
  expect(asked[0]?.body).toMatchObject({ token: TOKEN, name: 'Ada' });
  await close();
});

test('a link without its end says so, and one that is over too', async () => {
  const cut = await standIn.open('/invitation', {});
  await cut.page.getByText('This link is not whole').waitFor();
  await cut.close();
  const over = await standIn.open(`/invitation#token=${TOKEN}`, {
    lookAtInvitation: () =>
      refused(410, 'link-worthless', 'That link was used, taken back, replaced or is too old.', 'Ask for a new one.'),
  });
  await over.page.getByText('Ask for a new one.').waitFor();
  await over.close();
});

test('the second factor: a wrong first code does not sign one out, and the codes are shown once', async () => {
  let tries = 0;
  const { page, defects, close } = await standIn.open('/account', {
    ...ACCOUNT,
    enableSecondFactor: {
      address: 'otpauth://totp/Slipway:ada?secret=JBSWY3DPEHPK3PXP&issuer=Slipway',
      recoveryCodes: ['aaaa-bbbb', 'cccc-dddd'],
    },
    signInCode: () =>
      ++tries === 1 ? refused(401, 'second-factor-wrong', 'That code is not right.') : { signedIn: true },
  });
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByLabel('Your password', { exact: true }).fill('secret');
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: 'QR code' }).waitFor();
  await page.getByText('JBSWY3DPEHPK3PXP').waitFor();
  await page.getByLabel('First code of the app').fill('000000');
  await page.keyboard.press('Enter');
  await page.getByText('That code is not right.').waitFor();
  expect(page.url()).toContain('/account');
  await page.getByLabel('First code of the app').fill('123456');
  await page.keyboard.press('Enter');
  await page.getByText('cccc-dddd').waitFor();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await expect.poll(() => page.getByText('cccc-dddd').count()).toBe(0);
  expect(defects).toEqual([]);
  await close();
});

test('a new token is shown until it is put away', async () => {
  const { page, asked, close } = await standIn.open('/account', {
    ...ACCOUNT,
    createMyToken: { ...(ACCOUNT.myTokens as readonly object[])[0], name: 'laptop', token: 'slipway_abc' },
  });
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('Name').fill('laptop');
  await page.getByLabel('promote').check();
  await page.keyboard.press('Enter');
  await page.getByText('slipway_abc').waitFor();
  expect(asked[0]?.body).toEqual({ name: 'laptop', scopes: ['read', 'promote'], projects: null, expires: '90d' });
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await expect.poll(() => page.getByText('slipway_abc').count()).toBe(0);
  await close();
});

test('name and address: the address with the password, and what is wrong is said in the dialog', async () => {
  let tries = 0;
  const { page, asked, defects, close } = await standIn.open('/account', {
    ...ACCOUNT,
    changeProfile: { done: true },
    changeAddress: () =>
      ++tries === 1 ? refused(403, 'password-wrong', 'That is not your present password.') : { done: true },
  });
  await page.getByRole('button', { name: 'Change your name' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Name' }).fill('Ada King');
  await page.keyboard.press('Enter');
  await page.getByText('Your name is changed.').waitFor();
  await page.getByRole('button', { name: 'Change your e-mail address' }).click();
  await page.getByLabel('New e-mail address').fill('king@example.org');
  const password = page.getByRole('dialog').getByLabel('Present password', { exact: true });
  await password.fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('That is not your present password.').waitFor();
  await password.fill('right');
  await page.keyboard.press('Enter');
  await page.getByText('you sign in with the new address').waitFor();
  expect(asked.map(({ name, body }) => [name, body])).toEqual([
    ['changeProfile', { name: 'Ada King' }],
    ['changeAddress', { email: 'king@example.org', password: 'wrong' }],
    ['changeAddress', { email: 'king@example.org', password: 'right' }],
  ]);
  expect(defects).toEqual([]);
  await close();
});

test('the dialog of the address, at both widths and in both themes', async () => {
  const open = (page: Page): Promise<void> => page.getByRole('button', { name: 'Change your e-mail address' }).click();

  expect(await lookAt(standIn, '/account', ACCOUNT, 'Sign out everywhere else', open)).toEqual([]);
});

test('who comes from `slipway login` finds the new token begun, with the name of the machine', async () => {
  const { page, asked, close } = await standIn.open('/account?new-token=cli-laptop', {
    ...ACCOUNT,
    createMyToken: { ...(ACCOUNT.myTokens as readonly object[])[0], name: 'cli-laptop', token: 'slipway_abc' },
  });
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('cli-laptop');
  await page.getByRole('button', { name: 'Make the token' }).click();
  await page.getByText('slipway_abc').waitFor();
  expect(asked[0]?.body).toMatchObject({ name: 'cli-laptop' });
  await close();
});

test('who signs out comes to the way in, and nothing of theirs is asked for any more', async () => {
  // What is refused leads to signing in, too, and from there back to where they were: whoever comes next would land there.
  const refusals: string[] = [];
  let signedIn = true;
  const ofTheirs = Object.entries(ACCOUNT).map(([name, answer]) => {
    const answering = (): unknown => {
      if (signedIn) return answer;
      refusals.push(name);
      return refused(401, 'unauthorized', 'Nobody is signed in.');
    };
    return [name, answering] as const;
  });
  const { page, close } = await standIn.open('/account', {
    ...Object.fromEntries(ofTheirs),
    signInWays: WAYS,
    signOut: () => {
      signedIn = false;
      return { done: true };
    },
  });
  await page.getByText('Where you are signed in').waitFor();
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect([refusals, new URL(page.url()).search]).toEqual([[], '']);
  await close();
});
