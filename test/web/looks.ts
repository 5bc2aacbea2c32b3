import type { Page } from 'playwright-core';

/** In the page: what is smaller than a finger, of what one touches alone. Links within a text are as high as their line. */
const SMALL = `(() => {
  const LEAST = 40;
  const alone = 'button, select, input:not([type=checkbox]):not([type=radio]), textarea, summary, [role=tab], [role=option], [role=menuitem], .button, .tabbar a, .nav a';
  return [...document.querySelectorAll(alone)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.closest('.hidden-word, .skip, .xterm') === null)
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && (box.height < LEAST - 0.5 || box.width < LEAST - 0.5))
    .map(({ element, box }) => 'small: ' + element.outerHTML.slice(0, 120) + ' is ' + Math.round(box.width) + ' × ' + Math.round(box.height));
})()`;

export const smallTargets = async (page: Page): Promise<readonly string[]> => (await page.evaluate(SMALL)) as string[];

/** In the page: what has the focus, and whether that is to be seen. Null: nothing of the page has it. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body || element.tagName === 'IFRAME') return null;
  if (element.matches('.xterm-helper-textarea')) return null;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return { html: element.outerHTML.slice(0, 120), seen: ring && box.width > 1 && box.height > 1 };
})()`;
const MOST_STOPS = 60;

/** Goes through the page by Tab, and says where nobody sees where they are. */
export const unseenFocus = async (page: Page): Promise<readonly string[]> => {
  const unseen = new Set<string>();
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    const focused = (await page.evaluate(FOCUSED)) as { readonly html: string; readonly seen: boolean } | null;
    if (focused === null) break;
    if (!focused.seen) unseen.add(`no focus seen: ${focused.html}`);
  }
  return [...unseen];
};
