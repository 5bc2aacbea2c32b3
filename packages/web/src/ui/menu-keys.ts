import type { KeyboardEvent } from 'react';

export const itemsIn = (menu: HTMLElement | null): HTMLElement[] => [
  ...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? []),
];

/** As long as one goes on typing one word. */
const PAUSE_MS = 700;

export interface Typed {
  readonly text: string;
  readonly at: number;
}
export const NOTHING_TYPED: Typed = { text: '', at: 0 };

export const typeOn = ({ text, at }: Typed, key: string, now: number): Typed => ({
  text: `${now - at > PAUSE_MS ? '' : text}${key.toLowerCase()}`,
  at: now,
});

/** `13`, `#13` and `inv` all find `#13 feature/invoice`. */
const begins = (item: HTMLElement, text: string): boolean => {
  const words = item.textContent.trim().toLowerCase();
  return words.startsWith(text) || [' ', '#', '/', '-', '_'].some((before) => words.includes(before + text));
};

/** One letter goes on to the next that has it; more of them stay where they fit. */
const typedItem = (items: readonly HTMLElement[], at: number, text: string): HTMLElement | undefined => {
  const from = text.length > 1 ? Math.max(at, 0) : at + 1;
  return [...items.slice(from), ...items.slice(0, from)].find((item) => begins(item, text));
};

/** Arrows, Home, End and what is typed move; Space presses, also where the entry is a link. Answers what is typed by now. */
export const moveInMenu = (event: KeyboardEvent, menu: HTMLElement | null, typed: Typed): Typed => {
  const items = itemsIn(menu);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const step = steps[event.key];
  if (step !== undefined) {
    event.preventDefault();
    items.at(step >= items.length ? 0 : Math.max(step, -1))?.focus();
    return NOTHING_TYPED;
  }
  if (event.key === ' ' && items[at] instanceof HTMLAnchorElement) {
    event.preventDefault();
    items[at].click();
  }
  if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return typed;
  const now = typeOn(typed, event.key, event.timeStamp);
  typedItem(items, at, now.text)?.focus();
  return now;
};
