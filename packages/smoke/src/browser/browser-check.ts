/** A Chromium logs in and opens a menu, as a person would. Only this folder knows the library, and only when it is asked for. */
import { Failure } from '@slipway/contracts/failure';
import type { Browser, Page } from 'playwright-core';
import { type CheckContext, fail, type Outcome, pass, type SmokeCheck, skip } from '../check.ts';
import { short } from '../odoo-call.ts';

/** Bundles that were never asked for are made at the first page: 12 s were measured. */
const PAGE_LIMIT = 60_000;

const FLAGS = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Chromium {
  readonly program: string;
  /** Chromium's own walls do not stand for root; whoever is root has none to lose. */
  readonly asRoot: boolean;
}

/** Failure: browser-missing. */
const open = async ({ program, asRoot }: Chromium): Promise<Browser> => {
  const { chromium } = await import('playwright-core').catch((error: unknown) => {
    throw new Failure('browser-missing', { reason: 'the npm package playwright-core is not installed' }, error);
  });
  try {
    return await chromium.launch({ executablePath: program, chromiumSandbox: !asRoot, args: FLAGS });
  } catch (error) {
    throw new Failure('browser-missing', { reason: `${program} did not start: ${short(String(error))}` }, error);
  }
};

/** What the page complains of meanwhile: scripts that threw, and errors that Odoo shows in a window. */
const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(short(error.message)));
  page.on('response', (answer) => {
    if (answer.status() >= 500) complaints.push(`${new URL(answer.url()).pathname} answers ${answer.status()}`);
  });
  return complaints;
};

/** Never waits for silence: an open websocket and its polling are not silent. */
const shown = async (page: Page): Promise<void> => {
  await page.locator('.o_action_manager > *').first().waitFor({ timeout: PAGE_LIMIT });
  await page.locator('.o_loading_indicator').waitFor({ state: 'hidden', timeout: PAGE_LIMIT });
};

const APPS = '.o_navbar_apps_menu button';
const ENTRY = '.o_navbar_apps_menu .o_app, .o-dropdown--menu .o_app';

const logIn = async (page: Page, { url, login }: CheckContext): Promise<void> => {
  await page.goto(new URL('/web/login', url).href, { waitUntil: 'load', timeout: PAGE_LIMIT });
  await page.locator('input[name="login"]').fill(login?.user ?? '');
  await page.locator('input[name="password"]').fill(login?.password.reveal() ?? '');
  await page.locator('form:has(input[name="password"]) button[type="submit"]').first().click();
  await page.locator(`.o_main_navbar, .alert-danger`).first().waitFor({ timeout: PAGE_LIMIT });
};

/** The last of the applications: not the one that is opened by itself. Answers its name. */
const openMenu = async (page: Page): Promise<string | null> => {
  const apps = page.locator(APPS).first();
  if ((await apps.count()) === 0) return null;
  await apps.click();
  const entry = page.locator(ENTRY).last();
  await entry.waitFor({ timeout: PAGE_LIMIT });
  const name = short((await entry.textContent()) ?? '');
  await entry.click();
  await shown(page);
  return name;
};

const walk = async (page: Page, context: CheckContext): Promise<Outcome> => {
  const begun = context.now();
  const complaints = complaintsOf(page);
  const seconds = (): string => `${((context.now() - begun) / 1000).toFixed(1)} s`;
  const fix = 'Open the address in a browser with its console open: the same error stands there.';
  await logIn(page, context);
  if ((await page.locator('.o_main_navbar').count()) === 0)
    return fail('the form was refused', 'Check the user and its password.');
  await shown(page);
  const menu = await openMenu(page);
  const dialog = await page.locator('.o_error_dialog, .o_dialog_error').count();
  if (dialog > 0) complaints.push('Odoo shows an error');
  if (complaints.length > 0) return fail(`${complaints.slice(0, 3).join('; ')} (after ${seconds()})`, fix);
  return pass(`logged in${menu === null ? '' : `, opened ${menu}`} in ${seconds()}`);
};

/** Failure, when it is run: browser-missing. */
export const browserCheck = (browser: () => Promise<Chromium>): SmokeCheck => ({
  id: 'browser',
  title: 'Browser',
  proves: 'A person gets in with a browser and can open a menu: scripts run, and nothing of Odoo complains.',
  run: async (context) => {
    if (context.login === null) return skip('no login was given');
    await using opened = await open(await browser());
    const stop = (): void => {
      opened.close().catch(() => undefined);
    };
    context.signal.addEventListener('abort', stop, { once: true });
    try {
      return await walk(await opened.newPage(), context);
    } catch (error) {
      context.signal.throwIfAborted();
      return fail(
        short(error instanceof Error ? error.message : String(error)),
        'The page did not come to where a person could work: look at it in a browser, and at the log of Odoo.',
      );
    } finally {
      context.signal.removeEventListener('abort', stop);
    }
  },
});
