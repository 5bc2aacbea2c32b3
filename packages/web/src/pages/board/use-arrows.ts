import { type KeyboardEvent, useCallback, useState } from 'react';

/** Cards as they are on screen, column by column. */
const columns = (): readonly (readonly HTMLElement[])[] =>
  [...document.querySelectorAll<HTMLElement>('[data-column]')].map((column) => [
    ...column.querySelectorAll<HTMLElement>('[data-card]'),
  ]);

const near = (column: readonly HTMLElement[], row: number): HTMLElement | undefined =>
  column[Math.min(row, column.length - 1)];

/** How many cards stand side by side in a column: it has as many as there is room for. */
const across = (column: readonly HTMLElement[]): number =>
  Math.max(column.filter(({ offsetTop }) => offsetTop === column[0]?.offsetTop).length, 1);

/** Left and right go to the card beside, at the edge to the next column that has cards; up and down stay in theirs. */
const target = (key: string, from: HTMLElement): HTMLElement | undefined => {
  const all = columns();
  const at = all.findIndex((column) => column.includes(from));
  const own = all[at] ?? [];
  const [index, wide] = [own.indexOf(from), across(own)];
  const row = Math.floor(index / wide);
  const beside = { ArrowLeft: own[index - 1], ArrowRight: own[index + 1] }[key];
  if (beside !== undefined && Math.floor(own.indexOf(beside) / wide) === row) return beside;
  const side = { ArrowLeft: all.slice(0, Math.max(at, 0)).reverse(), ArrowRight: all.slice(at + 1) }[key];
  if (side !== undefined) return near(side.find((column) => column.length > 0) ?? [], row);
  const next = { ArrowUp: index - wide, ArrowDown: index + wide, Home: 0, End: own.length - 1 }[key];
  return next === undefined || next < 0 ? undefined : own[next];
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
