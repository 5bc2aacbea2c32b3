import type { BoardCard, BoardView } from '@slipway/contracts/board-views';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { Icon } from '../../ui/icon.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Card } from './card.tsx';
import { useArrows } from './use-arrows.ts';
import { matchesFilter } from './words.ts';
import './board.css';

interface ColumnProps {
  readonly title: string;
  readonly says: string;
  readonly cards: readonly BoardCard[];
  /** What stands there while there is no card. */
  readonly none: ReactNode;
  readonly project: string;
  readonly arrows: ReturnType<typeof useArrows>;
  readonly first: string | undefined;
  /** A staging card was dropped here. */
  onPromote?: (() => void) | undefined;
}

const Column = ({ title, says, cards, none, project, arrows, first, onPromote }: ColumnProps): ReactNode => {
  const [over, setOver] = useState(false);
  const takes = (event: React.DragEvent): boolean =>
    onPromote !== undefined && event.dataTransfer.types.includes('text/x-slipway-stage');
  // Both have to be taken: what was only entered refuses a drop until the pointer moves again.
  const accept = (event: React.DragEvent): void => {
    if (!takes(event)) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <section
      className={`column ${over ? 'over' : ''}`}
      aria-label={title}
      data-column={title}
      onDragEnter={accept}
      onDragOver={accept}
      onDragLeave={(event) => {
        // From one card of the column to the next is not away from it.
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!takes(event)) return;
        event.preventDefault();
        onPromote?.();
      }}
    >
      <header className="row">
        <h2>{title}</h2>
        <span className="quiet">{says}</span>
        {over && <span className="drop push">Drop to promote</span>}
      </header>
      {cards.length === 0 && <div className="none quiet">{none}</div>}
      {cards.map((card) => (
        <Card
          key={card.environment}
          project={project}
          card={card}
          current={(arrows.current ?? first) === card.environment}
          onKey={arrows.onKey}
          onFocus={arrows.onFocus}
        />
      ))}
    </section>
  );
};

const Columns = ({ board, typed }: { readonly board: BoardView; readonly typed: string }): ReactNode => {
  const arrows = useArrows();
  const [, go] = useLocation();
  const may = useMay(board.project);
  const fits = (cards: readonly BoardCard[]): readonly BoardCard[] =>
    typed.trim() === '' ? cards : cards.filter((card) => matchesFilter(card, typed.trim()));
  const [production, staging, previews] = [fits(board.production), fits(board.staging), fits(board.previews)];
  const all = [...production, ...staging, ...previews];
  const known = all.some(({ environment }) => environment === arrows.current);
  const shared = {
    project: board.project,
    arrows: known ? arrows : { ...arrows, current: null },
    first: all[0]?.environment,
  };
  const filtered = typed.trim() === '' ? null : 'Nothing here fits the filter.';
  const promote = may('promote') && board.staging.length > 0 ? () => go(promotionPath(board.project)) : undefined;
  return (
    <div className="board">
      <Column
        {...shared}
        title="Production"
        says=""
        cards={production}
        none={filtered ?? <NoProduction project={board.project} />}
        onPromote={promote}
      />
      <Column
        {...shared}
        title="Staging"
        says=""
        cards={staging}
        none={filtered ?? "No staging yet. It comes with the first push to staging's branch."}
      />
      <Column
        {...shared}
        title="Previews"
        says={`${board.places.used} of ${board.places.max} awake`}
        cards={previews}
        none={filtered ?? 'No preview yet. Each pull request gets one.'}
      />
    </div>
  );
};

const promotionPath = (project: string): string => `/projects/${encodeURIComponent(project)}/promotions/new`;

export const BoardPage = (): ReactNode => {
  const project = useParams<{ project: string }>().project;
  useTitle('Board', project);
  const board = useRead('board', { parameters: { project } });
  const [typed, setTyped] = useState('');
  // Typing stays fluent while 200 cards follow.
  const filter = useDeferredValue(typed);
  const may = useMay(project);
  return (
    <>
      <PageHeader
        title={project}
        acts={
          <>
            <input
              className="input filter"
              type="search"
              data-filter
              aria-label="Filter branches"
              placeholder="Filter branches  /"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            {may('promote') && (board.data?.staging.length ?? 0) > 0 && (
              <Link className="button primary" href={promotionPath(project)}>
                <Icon name="promote" />
                Promote
              </Link>
            )}
          </>
        }
      >
        {board.data?.repository != null && <span className="quiet foreign cut">{board.data.repository}</span>}
      </PageHeader>
      <Loaded query={board} rows={6}>
        {(data) => <Columns board={data} typed={filter} />}
      </Loaded>
    </>
  );
};

const NoProduction = ({ project }: { readonly project: string }): ReactNode => (
  <>
    No production yet. <Link href={projectPath(project, 'production')}>Open it</Link>
  </>
);
