import type { Locator, Page } from 'playwright-core';

type Role = Parameters<Page['getByRole']>[0];
type Scope = Page | Locator;

/** What a person does at a page: the flows are written once, and done by the mouse and by the keyboard alone. */
export interface Hands {
  press(role: Role, name: string | RegExp, within?: Scope): Promise<void>;
  type(label: string | RegExp, text: string, within?: Scope): Promise<void>;
  /** Opens a menu by its button and takes an entry. */
  choose(menu: string | RegExp, entry: string): Promise<void>;
  /** To a page of the navigation; `letter` as the help of the keyboard names it. */
  visit(word: string, letter: string): Promise<void>;
  /** Staging onto production, on the board. */
  promote(): Promise<void>;
}

const STAGING = '[data-card$="/staging"]';

export const mouse = (page: Page): Hands => {
  const press: Hands['press'] = (role, name, within = page) => within.getByRole(role, { name, exact: true }).click();
  return {
    press,
    type: async (label, text, within = page) => {
      await within.getByLabel(label).click();
      await page.keyboard.type(text);
    },
    choose: async (menu, entry) => {
      await press('button', menu);
      await press('menuitem', entry);
    },
    visit: (word) => press('link', word, page.getByRole('navigation', { name: 'Project' })),
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

const MOST_TABS = 150;

/** Keys only: what Tab does not come to is out of reach, and fails. */
export const keyboard = (page: Page): Hands => {
  const { keyboard: keys } = page;
  const hasFocus = (target: Locator): Promise<boolean> =>
    target.evaluate((element) => element === element.ownerDocument.activeElement && element.matches(':focus-visible'));
  const reach = async (target: Locator, key = 'Tab'): Promise<void> => {
    await target.waitFor();
    for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
      if (await hasFocus(target)) return;
      await keys.press(key);
    }
    throw new Error(`${key} never comes to ${target}`);
  };
  const press: Hands['press'] = async (role, name, within = page) => {
    const target = within.getByRole(role, { name, exact: true });
    // A button that waits for something is passed by.
    if (role === 'button') await target.and(page.locator(':enabled')).waitFor();
    await reach(target);
    await keys.press(role === 'checkbox' ? 'Space' : 'Enter');
  };
  return {
    press,
    type: async (label, text, within = page) => {
      await reach(within.getByLabel(label));
      await keys.type(text);
    },
    choose: async (menu, entry) => {
      await press('button', menu);
      await reach(page.getByRole('menuitem', { name: entry, exact: true }), 'ArrowDown');
      await keys.press('Enter');
    },
    visit: async (word, letter) => {
      // Keys are heard once the navigation is there.
      await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: word, exact: true }).waitFor();
      await keys.press('g');
      await keys.press(letter);
    },
    promote: async () => {
      await reach(page.locator('[data-card][tabindex="0"]'));
      await reach(page.locator(STAGING), 'ArrowRight');
      await keys.press('.');
      await reach(page.getByRole('menuitem', { name: 'Promote to production' }), 'ArrowDown');
      await keys.press('Enter');
    },
  };
};
