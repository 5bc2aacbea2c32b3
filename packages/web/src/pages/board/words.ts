import type { BoardCard, CardRun } from '@slipway/contracts/board-views';
import type { FailedUpkeep, TestCounts } from '@slipway/contracts/views';

/** `open-preview` → `Open preview`. */
export const kindWords = (kind: string): string => {
  const words = kind.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** By the word that people asked for it with: `Backup`. */
export const upkeepWords = ({ kind, of }: Pick<FailedUpkeep, 'kind' | 'of'>): string => {
  if (kind === 'create-snapshot') return of === 'raw' ? 'Backup' : 'Sanitised snapshot';
  return kind === 'copy-server' ? 'Copy of the server' : 'Pruning of snapshots';
};

export const testWords = ({ run, failed }: TestCounts): string =>
  failed > 0 ? `${failed} of ${run} tests failed` : `${run} ${run === 1 ? 'test' : 'tests'} passed`;

/** 0 to 1. */
export const progressOf = ({ done, steps }: CardRun): number => (steps === 0 ? 0 : Math.min(done / steps, 1));

export const isOpen = (run: CardRun | null): run is CardRun =>
  run !== null && (run.state === 'queued' || run.state === 'running');

/** What a card is called: the branch, else the place. */
export const cardTitle = (card: BoardCard): string => card.branch ?? card.name;

/** First line of a commit's message. */
export const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** Everything that somebody could look for. */
export const searchText = (card: BoardCard): string =>
  [
    card.name,
    card.number === null ? '' : `#${card.number}`,
    card.title ?? '',
    card.branch ?? '',
    card.state,
    card.commit.sha,
    card.commit.message ?? '',
    card.commit.author ?? '',
  ]
    .join(' ')
    .toLowerCase();

export const matchesFilter = (card: BoardCard, typed: string): boolean => {
  const text = searchText(card);
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part));
};
