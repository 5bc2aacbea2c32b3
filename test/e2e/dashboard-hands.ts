import type { Page } from 'playwright-core';
import * as web from '../web/hands.ts';

/** What only the way to production needs of somebody's hands: the flows are written once, and done by the mouse and by the keyboard alone. */
export interface Hands extends web.Hands {
  /** To a page of the navigation; `letter` as the help of the keyboard names it. */
  visit(word: string, letter: string): Promise<void>;
  /** Staging onto production, on the board. */
  promote(): Promise<void>;
}

const STAGING = '[data-card$="/staging"]';

export const mouse = (page: Page): Hands => {
  const hands = web.mouse(page);
  return {
    ...hands,
    visit: (word) => hands.press('link', word, page.getByRole('navigation', { name: 'Project' })),
    promote: async () => {
      // By its mark of the state: a link would be dragged as a link.
      await page.locator(STAGING).locator('.status').hover();
      await page.mouse.down();
      const column = page.getByRole('region', { name: 'Production' });
      const { x, y, width } = (await column.boundingBox()) ?? { x: 0, y: 0, width: 0 };
      await page.mouse.move(x + width / 2, y + 60, { steps: 8 });
      await column.getByText('Drop to promote').waitFor();
      await page.mouse.up();
    },
  };
};

/** Keys only: what Tab does not come to is out of reach, and fails. */
export const keyboard = (page: Page): Hands => {
  const hands = web.keyboard(page);
  return {
    ...hands,
    visit: async (word, letter) => {
      // Keys are heard once the navigation is there.
      await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: word, exact: true }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press(letter);
    },
    promote: async () => {
      await web.moveTo(page, page.locator('[data-card][tabindex="0"]'), 'Tab');
      await web.moveTo(page, page.locator(STAGING), 'ArrowRight');
      await page.keyboard.press('.');
      await hands.press('menuitem', 'Promote to production');
    },
  };
};
