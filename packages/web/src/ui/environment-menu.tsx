import type { BoardCard, BoardView } from '@slipway/contracts/board-views';
import type { ReactNode } from 'react';
import { PlaceMenu } from './place-menu.tsx';

/** As people call it: `staging`, `#12 feature/invoice`. */
export const cardWords = ({ number, name, branch }: Pick<BoardCard, 'number' | 'name' | 'branch'>): string =>
  number === null ? name : `#${number} ${branch ?? ''}`.trim();

export const cardsOf = ({ production, staging, previews }: BoardView): readonly BoardCard[] => [
  ...production,
  ...staging,
  ...previews,
];

/** From one environment to the next, on pages that are about one. */
export const EnvironmentMenu = ({
  cards,
  chosen,
  pathOf,
}: {
  readonly cards: readonly BoardCard[];
  /** Name, as in the address: `pr-12`; empty: none yet. */
  readonly chosen: string;
  pathOf(name: string): string;
}): ReactNode => (
  <PlaceMenu
    label="Environment"
    places={cards.map((card) => ({ word: cardWords(card), to: pathOf(card.name), here: card.name === chosen }))}
  />
);
