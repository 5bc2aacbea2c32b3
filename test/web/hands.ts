import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

type Role = Parameters<Page['getByRole']>[0];

/** How somebody works a page: what a flow needs of them, done with a mouse or without one. */
export interface Hands {
  readonly name: 'mouse' | 'keyboard';
  readonly page: Page;
  press(role: Role, name: string | RegExp, within?: Locator): Promise<void>;
  /** In place of what the field had. */
  type(label: string | RegExp, text: string, within?: Locator): Promise<void>;
  /** Opens a menu by its button and takes an entry. */
  take(menu: string | RegExp, entry: string): Promise<void>;
}

/** More stops than any page has. */
const MOST_STOPS = 250;

const found = (page: Page, role: Role, name: string | RegExp, within?: Locator): Locator =>
  (within ?? page).getByRole(role, { name, exact: true });
const field = (page: Page, label: string | RegExp, within?: Locator): Locator =>
  (within ?? page).getByLabel(label, { exact: true });

export const mouse = (page: Page): Hands => ({
  name: 'mouse',
  page,
  press: (role, name, within) => found(page, role, name, within).click(),
  type: async (label, text, within) => {
    await field(page, label, within).click();
    await field(page, label, within).fill(text);
  },
  take: async (menu, entry) => {
    await found(page, 'button', menu).click();
    await found(page, 'menuitem', entry).click();
  },
});

const hasFocus = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === element.ownerDocument.activeElement);

/** Whoever works by keyboard has to see where they are: drawn around it, in the window, and under nothing. */
const expectSeen = async (target: Locator): Promise<void> => {
  const seen = await target.evaluate((element) => {
    const style = getComputedStyle(element);
    const { left, top, width, height } = element.getBoundingClientRect();
    const at = document.elementFromPoint(left + width / 2, top + height / 2);
    const ring = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1;
    // A choice in an open menu is seen by its ground.
    const ground = element.role === 'menuitem' && style.backgroundColor !== 'rgba(0, 0, 0, 0)';
    return {
      what: `${element.tagName} ${element.textContent?.trim().slice(0, 60)}`,
      marked: element.matches(':focus-visible') && (ring || ground || style.boxShadow !== 'none'),
      inWindow: top + height / 2 >= 0 && top + height / 2 <= window.innerHeight,
      onTop: at !== null && (element.contains(at) || at.contains(element)),
    };
  });
  expect(seen, 'where the keyboard is').toMatchObject({ marked: true, inWindow: true, onTop: true });
};

/** Key by key to it; fails where it cannot be reached. */
export const moveTo = async (page: Page, target: Locator, key: 'Tab' | 'ArrowDown' | 'ArrowRight'): Promise<void> => {
  await target.waitFor();
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    if (await hasFocus(target)) return expectSeen(target);
    await page.keyboard.press(key);
  }
  throw new Error(`${MOST_STOPS} times ${key} did not come to ${target}`);
};

/** The one of a group that Tab comes to; arrows go on from there. */
const moveToTab = async (page: Page, target: Locator): Promise<void> => {
  const list = page.getByRole('tablist').filter({ has: target });
  await moveTo(page, list.getByRole('tab', { selected: true }), 'Tab');
  await moveTo(page, target, 'ArrowRight');
};

const pressByKey = async (page: Page, role: Role, target: Locator): Promise<void> => {
  if (role === 'tab') return moveToTab(page, target);
  // What waits for something is passed by.
  if (role === 'button') await target.and(page.locator(':enabled')).waitFor();
  await moveTo(page, target, role === 'menuitem' ? 'ArrowDown' : 'Tab');
  await page.keyboard.press(role === 'checkbox' ? 'Space' : 'Enter');
};

export const keyboard = (page: Page): Hands => ({
  name: 'keyboard',
  page,
  press: (role, name, within) => pressByKey(page, role, found(page, role, name, within)),
  type: async (label, text, within) => {
    await moveTo(page, field(page, label, within), 'Tab');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(text);
  },
  take: async (menu, entry) => {
    await pressByKey(page, 'button', found(page, 'button', menu));
    await pressByKey(page, 'menuitem', found(page, 'menuitem', entry));
  },
});
