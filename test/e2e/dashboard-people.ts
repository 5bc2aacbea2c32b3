import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Role } from '@slipway/contracts/permissions';
import type { Browser, Page } from 'playwright-core';
import { openPage } from '../web/browser.ts';
import { mouse } from './dashboard-hands.ts';
import type { Installation } from './installation.ts';

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const PASSWORD = 'tall ships carry orders';

/** What `slipway up` says to whoever starts it, or joins a Slipway that runs. */
export const toldByUp = async (slipway: Installation): Promise<{ dashboard: string; setup: string }> => {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'up', '--detach', '--json'], {
    cwd: slipway.shop,
    env: slipway.environment(),
    timeout: 120_000,
  });
  return JSON.parse(stdout);
};

export interface Person {
  readonly page: Page;
  /** Scripts that threw, what the page's policy refused, answers of 5xx. */
  readonly complaints: readonly string[];
}

/** A browser of their own, signed in by the link that makes their account. */
const enter = async (
  browser: Browser,
  link: string,
  account: { readonly name: string; readonly email?: string },
): Promise<Person> => {
  const { page, complaints } = await openPage(browser);
  // Two cores that run Odoo meanwhile are no measure of a page.
  page.setDefaultTimeout(60_000);
  const hands = mouse(page);
  await page.goto(link);
  await hands.type('Your name', account.name);
  if (account.email !== undefined) await hands.type('E-mail address', account.email);
  await hands.type('Password', PASSWORD);
  await page.locator('form button[type=submit]').click();
  await page.getByRole('navigation', { name: 'Installation' }).waitFor();
  return { page, complaints };
};

/** The first account, which whoever started Slipway makes: it administers the installation. */
export const firstPerson = (browser: Browser, setup: string, name: string): Promise<Person> =>
  enter(browser, setup, { name, email: emailOf(name) });

/** Somebody invited to the shop. */
export const invited = async (browser: Browser, slipway: Installation, name: string, role: Role): Promise<Person> => {
  const invitation = { email: emailOf(name), roles: { shop: role } };
  const { link } = await slipway.api<{ link: string }>('POST', '/invitations', invitation);
  return enter(browser, link, { name });
};

const emailOf = (name: string): string => `${name.toLowerCase()}@example.com`;
