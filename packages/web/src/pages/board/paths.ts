import type { BoardCard } from '@slipway/contracts/board-views';

/** Where a card's own page is. */
export const cardPath = (project: string, card: Pick<BoardCard, 'stage' | 'number' | 'name'>): string => {
  const base = `/projects/${encodeURIComponent(project)}`;
  return card.number === null ? `${base}/${encodeURIComponent(card.name)}` : `${base}/previews/${card.number}`;
};

export const runPath = (project: string, run: string): string =>
  `/projects/${encodeURIComponent(project)}/runs/${encodeURIComponent(run)}`;
