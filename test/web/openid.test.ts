/** Signing in at another provider, as somebody at a browser does it: the page, the provider's own, and back. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openDashboard } from '../../packages/server/src/http/dashboard.ts';
import { type Claims, openOpenIdProvider } from '../fakes/openid-provider.ts';
import { makeShop, type Shop } from '../flows/make-slipway.ts';
import { openPeopleApi } from '../flows/people-site.ts';
import { freePort } from '../setup/postgres.ts';
import { openBrowser } from './browser.ts';
import { barriers } from './stand-in.ts';

const DIST = join(import.meta.dirname, '../../packages/web/dist');
let shop: Shop;
let provider: Awaited<ReturnType<typeof openOpenIdProvider>>;
let site: Awaited<ReturnType<typeof openPeopleApi>>;
let browser: Browser;
let origin: string;
const pages: Page[] = [];
beforeAll(async () => {
  shop = await makeShop();
  provider = await openOpenIdProvider('slipway');
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const oidc = {
    clientId: 'slipway',
    clientSecret: new Secret('s'),
    issuer: provider.issuer,
    name: 'Example <b>ID</b>',
  };
  const page = { origin, dashboard: openDashboard(DIST) };
  site = await openPeopleApi(inject('postgresUrl'), shop, { oidc }, page);
  await site.app.listen({ host: '127.0.0.1', port });
  browser = await openBrowser();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await provider?.close();
  await shop?.remove();
});

const claims = (email: string, more: Partial<Claims> & { readonly exp?: number } = {}): Claims => ({
  ...{ sub: `sub of ${email}`, email, email_verified: true, name: 'From Elsewhere', ...more },
});
/** Goes to a page of those who are signed in, and takes the provider's button with the keyboard. */
const comeIn = async (): Promise<Page> => {
  const page = await (await browser.newContext()).newPage();
  pages.push(page);
  await page.goto(`${origin}/account`);
  const button = page.getByRole('button', { name: 'Sign in with Example <b>ID</b>' });
  await button.focus();
  await page.keyboard.press('Enter');
  return page;
};

test('who was invited comes in by the button, to where they were going, with that role', async () => {
  await site.withToken('token', 'invite', { body: { email: 'hal@example.com', roles: { shop: 'viewer' } } });
  provider.sit({ claims: claims('hal@example.com') });

  const page = await comeIn();

  await page.waitForURL(`${origin}/account`);
  await page.getByText('hal@example.com').first().waitFor();
  await page.getByText('viewer').first().waitFor();
});

test.each([
  ['a stranger', { claims: claims('stranger@example.com') }, 'You are not invited here.'],
  [
    'somebody whose address nobody verified',
    { claims: claims('known@example.com', { email_verified: false }) },
    'There is an account of that address, and this login does not open it.',
  ],
  ['whom the provider refuses', { error: 'access_denied' }, 'The provider did not let you in, or you went back.'],
  ['whose provider fails', { error: 'server_error' }, 'The login at the provider failed.'],
  [
    'whose provider has another time',
    { claims: claims('known@example.com', { exp: 1 }) },
    'What the provider answered could not be checked.',
  ],
  [
    'whose provider is somebody else',
    { claims: claims('known@example.com'), forged: true },
    'What the provider answered could not be checked.',
  ],
  ['whose account is off', { claims: claims('off@example.com') }, 'Your account here is switched off.'],
] as const)('%s is told why, in words of ours, and can try again', async (_, who, words) => {
  await site.person('known@example.com', { installation: true }).catch(() => undefined);
  await site.person('off@example.com').catch(() => undefined);
  await site.withToken('token', 'setUser', { parameters: { user: 'off@example.com' }, body: { active: false } });
  provider.sit(who);

  const page = await comeIn();

  await page.getByRole('alert').getByText(words).waitFor();
  expect(page.url()).toMatch(/\/sign-in\?error=[a-z-]+$/);
  expect(await page.getByText('0800').count()).toBe(0);
  expect(await barriers(page)).toEqual([]);
  expect((await site.audit('sign-in')).at(-1)).toMatchObject({
    who: 'nobody',
    result: 'refused',
    details: { with: 'oidc' },
  });
  await page.getByRole('button', { name: 'Sign in with' }).waitFor();
});

test('an answer that comes twice is over', async () => {
  await site.withToken('token', 'invite', { body: { email: 'ivy@example.com' } });
  provider.sit({ claims: claims('ivy@example.com') });
  const page = await (await browser.newContext()).newPage();
  pages.push(page);
  let back = '';
  page.on('request', (request) => {
    if (request.url().includes('/callback/oidc?')) back = request.url();
  });
  await page.goto(`${origin}/account`);
  await page.getByRole('button', { name: 'Sign in with' }).click();
  await page.getByText('ivy@example.com').first().waitFor();
  await page.context().clearCookies();

  await page.goto(back);

  await page.getByRole('alert').getByText('That login is over.').waitFor();
});
