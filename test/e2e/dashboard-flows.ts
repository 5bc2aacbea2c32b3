import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Hands } from './dashboard-hands.ts';

/** Longest that anybody waits for Odoo. */
const LONG = 400_000;

/** Who does it, at which page and with what. */
export interface Doer {
  readonly page: Page;
  readonly hands: Hands;
  /** Where the board is. */
  readonly board: string;
}

export const panel = (page: Page, title: string | RegExp): Locator =>
  page.getByRole('region', { name: title, exact: true });
export const gate = (page: Page, name: string): Locator =>
  panel(page, 'Gates').getByRole('listitem').filter({ hasText: name });

/** From here on what is seen has to come by itself: answers what looks whether it did. */
export const staying = async (page: Page): Promise<() => Promise<void>> => {
  await page.evaluate('window.stayed = true');
  return async () => expect(await page.evaluate('window.stayed'), 'the page was not loaded again').toBe(true);
};

/** Staging onto production; answers the address of the promotion. */
export const ask = async ({ page, hands, board }: Doer, sha: string): Promise<string> => {
  await page.goto(board);
  await hands.promote();
  await page.getByRole('heading', { name: 'Promote to production' }).waitFor();
  await panel(page, 'Gates').waitFor({ timeout: LONG });
  await hands.press('button', 'Ask for this promotion');
  await page.getByRole('heading', { name: `Promotion of ${sha.slice(0, 8)}` }).waitFor();
  return page.url();
};

/** Finds the open promotion from the board, and says yes to it. */
export const approve = async ({ page, hands, board }: Doer, sha: string): Promise<void> => {
  await page.goto(board);
  await page.getByRole('heading', { name: 'Staging' }).waitFor();
  await hands.visit('Promotions', 'p');
  await hands.press('link', /^prom_/, page.getByRole('row').filter({ hasText: 'Open' }));
  await page.getByRole('heading', { name: `Promotion of ${sha.slice(0, 8)}` }).waitFor();
  await hands.press('button', 'Approve');
  const dialog = page.getByRole('dialog');
  await hands.type(/What is to be remembered/, 'Seen on staging', dialog);
  await hands.press('button', 'Approve', dialog);
  await dialog.waitFor({ state: 'detached' });
  await panel(page, 'Approvals').getByText('Seen on staging').waitFor();
};

/** Lets it go once nothing holds it up, and watches; answers each number of steps that the page said were done. */
export const go = async ({ page, hands }: Doer): Promise<readonly number[]> => {
  await panel(page, 'Gates').getByText('Nothing holds it up').waitFor({ timeout: LONG });
  await hands.press('button', 'Go');
  const dialog = page.getByRole('dialog');
  await hands.type(/Type production to go on/, 'production', dialog);
  await hands.press('button', 'Go', dialog);
  const bar = page.getByRole('progressbar', { name: 'Steps of the deployment' });
  await bar.waitFor();
  const numbers = new Set<number>();
  const over = page.locator('.page-header .status');
  const look = async (): Promise<string | null> => {
    numbers.add(Number(await bar.getAttribute('aria-valuenow')));
    return over.textContent();
  };
  await expect.poll(look, { timeout: LONG, interval: 100 }).toMatch(/In production|Failed/);
  expect(await over.textContent()).toBe('In production');
  return [...numbers];
};

/** Back to what served before, after a look at what that would lose. */
export const rollBack = async ({ page, hands }: Doer, bill: RegExp): Promise<void> => {
  await hands.visit('Production', 'o');
  await hands.press('button', 'Roll back');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(bill).first().waitFor({ timeout: LONG });
  expect(await dialog.getByRole('button', { name: 'Roll back' }).isDisabled()).toBe(true);
  await hands.type(/Type production to go on/, 'production', dialog);
  await hands.press('button', 'Roll back', dialog);
  const newest = panel(page, 'Deployments').getByRole('row').nth(1);
  await expect.poll(() => newest.textContent(), { timeout: LONG }).toMatch(/^Rollback.*(Succeeded|Failed)/);
  expect(await newest.textContent()).toContain('Succeeded');
};

/** Answers the id of the backup, once the page shows it. */
export const backUp = async ({ page, hands }: Doer): Promise<string> => {
  await hands.visit('Backups', 'k');
  await page.getByRole('tab', { name: 'Backups' }).waitFor();
  const ids = page.getByRole('row').filter({ hasText: 'asked for' }).locator('code');
  const shown = async (): Promise<string[]> => (await ids.allTextContents()).filter((id) => id.startsWith('snap_'));
  await page.getByRole('row').nth(1).waitFor();
  const before = await shown();
  await hands.press('button', 'Back up now');
  await hands.press('button', 'Back up', page.getByRole('dialog'));
  let made: string | undefined;
  const look = async (): Promise<string | undefined> => {
    made = (await shown()).find((id) => !before.includes(id));
    return made;
  };
  await expect.poll(look, { timeout: LONG }).toBeDefined();
  return made ?? '';
};

/** Puts a backup into staging, and watches until it is there. */
export const restore = async ({ page, hands }: Doer, backup: string): Promise<void> => {
  await hands.take(`Acts on ${backup}`, 'Restore into staging');
  const dialog = page.getByRole('dialog');
  await hands.type(/Type staging to go on/, 'staging', dialog);
  await hands.press('button', 'Restore', dialog);
  await page.getByRole('status').getByText('restored into staging').waitFor();
  await watch({ page, hands });
};

/** Follows the run that was asked for last to its end. */
export const watch = async ({ page, hands }: Pick<Doer, 'page' | 'hands'>, end = 'Succeeded'): Promise<void> => {
  await hands.press('link', 'Watch it');
  const state = page.locator('.page-header .status');
  await expect.poll(() => state.textContent(), { timeout: LONG }).toMatch(/Succeeded|Failed/);
  expect(await state.textContent()).toBe(end);
};
