import { type KeyboardEvent, useCallback, useState } from 'react';

/** Cards as they are on screen, column by column. */
const columns = (): readonly (readonly HTMLElement[])[] =>
  [...document.querySelectorAll<HTMLElement>('[data-column]')].map((column) => [
    ...column.querySelectorAll<HTMLElement>('[data-card]'),
  ]);

const near = (column: readonly HTMLElement[], row: number): HTMLElement | undefined =>
  column[Math.min(row, column.length - 1)];

/** Left and right go to the next column that has cards; up and down stay in theirs. */
const target = (key: string, from: HTMLElement): HTMLElement | undefined => {
  const all = columns();
  const at = all.findIndex((column) => column.includes(from));
  const row = all[at]?.indexOf(from) ?? 0;
  const side = { ArrowLeft: all.slice(0, Math.max(at, 0)).reverse(), ArrowRight: all.slice(at + 1) }[key];
  if (side !== undefined) return near(side.find((column) => column.length > 0) ?? [], row);
  const next = { ArrowUp: row - 1, ArrowDown: row + 1, Home: 0, End: (all[at]?.length ?? 1) - 1 }[key];
  return next === undefined || next < 0 ? undefined : all[at]?.[next];
};

/** One stop for Tab on the whole board; arrows from there on. */
export const useArrows = () => {
  const [current, setCurrent] = useState<string | null>(null);
  const onKey = useCallback((event: KeyboardEvent<HTMLElement>): void => {
    const card = event.currentTarget;
    // A link or a button in the card has its own keys.
    if (event.target !== card || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = target(event.key, card);
    if (next !== undefined) next.focus();
    else if (event.key === 'Enter') card.querySelector<HTMLElement>('a.name')?.click();
    else if (event.key === '.') card.querySelector<HTMLElement>('[aria-haspopup="menu"]')?.click();
    else return;
    event.preventDefault();
  }, []);
  return { current, onKey, onFocus: setCurrent };
};
