import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../packages/smoke/src/browser/find-chromium.ts';

export const openBrowser = async (): Promise<Browser> =>
  chromium.launch({
    executablePath: await findChromium(process.env['SLIPWAY_CHROMIUM'], process.env['PATH']),
    // Chromium's own walls do not stand for root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--no-first-run', '--disable-background-networking', '--disable-component-update'],
  });

export const LOOKS = [
  { name: 'desktop, light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'desktop, dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'phone, light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;
export type Look = (typeof LOOKS)[number];

/** As text: it is the page's, and this file is read by programs that know no page. */
const TELL_POLICY = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));`;

export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Scripts that threw, what the page's policy refused, answers of 5xx. */
  readonly complaints: readonly string[];
}

/** A page whose every complaint is kept: a test looks at them at its end. */
export const openPage = async (
  browser: Browser,
  { viewport, colorScheme }: Omit<Look, 'name'> = LOOKS[0],
): Promise<Watched> => {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
  // Beside all other tests a page takes its time.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  await page.addInitScript({ content: TELL_POLICY });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/policy|trusted/i.test(message.text())) complaints.push(message.text());
  });
  page.on('response', (answer) => {
    if (answer.status() >= 500) complaints.push(`${answer.url()} answers ${answer.status()}`);
  });
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, context, complaints };
};
