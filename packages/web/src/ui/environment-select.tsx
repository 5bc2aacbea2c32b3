import type { BoardCard, BoardView } from '@slipway/contracts/board-views';
import type { ReactNode } from 'react';

/** As people call it: `staging`, `#12 feature/invoice`. */
export const cardWords = ({ number, name, branch }: Pick<BoardCard, 'number' | 'name' | 'branch'>): string =>
  number === null ? name : `#${number} ${branch ?? ''}`.trim();

export const cardsOf = ({ production, staging, previews }: BoardView): readonly BoardCard[] => [
  ...production,
  ...staging,
  ...previews,
];

/** A plain select: it works with every keyboard, phone and screen reader. */
export const EnvironmentSelect = ({
  cards,
  chosen,
  onChoose,
}: {
  readonly cards: readonly BoardCard[];
  /** Name, as in the address: `pr-12`. */
  readonly chosen: string;
  onChoose(name: string): void;
}): ReactNode => (
  <select
    className="input environment-select"
    aria-label="Environment"
    value={chosen}
    onChange={(event) => onChoose(event.target.value)}
  >
    {/* Without it the first would look chosen, and could not be chosen any more. */}
    {chosen === '' && <option value="">Choose one</option>}
    {cards.map((card) => (
      <option key={card.environment} value={card.name}>
        {cardWords(card)}
      </option>
    ))}
  </select>
);
