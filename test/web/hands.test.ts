import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { keyboard } from './hands.ts';

/** What tests by keyboard alone would not forgive a page: their hands have to notice. */
let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
});
afterAll(() => browser?.close());

const press = async (html: string): Promise<unknown> => {
  await page.evaluate('delete window.gone');
  await page.setContent(`<a href="#a">Before</a>${html}<a href="#b">After</a>`);
  await keyboard(page).press('button', 'Go');
  return page.evaluate('window.gone');
};
const BUTTON = '<button onclick="window.gone = 1" STYLE>Go</button>';

test('a button that is come to by keyboard and seen there is pressed', async () => {
  expect(await press(BUTTON.replace('STYLE', ''))).toBe(1);
});

test.each([
  ['cannot be reached', 'tabindex="-1"', 'did not come to'],
  ['shows no focus', 'style="outline: none"', 'where the keyboard is'],
  ['lies outside of the window', 'style="position: fixed; top: 5000px"', 'where the keyboard is'],
])('one that %s is not', async (_, style, says) => {
  await expect(press(BUTTON.replace('STYLE', style))).rejects.toThrow(says);
  expect(await page.evaluate('window.gone')).toBeUndefined();
});

test('one under something else is not', async () => {
  const cover = '<div style="position: fixed; inset: 0; background: white"></div>';
  await expect(press(BUTTON.replace('STYLE', '') + cover)).rejects.toThrow('where the keyboard is');
});
