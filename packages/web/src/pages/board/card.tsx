import type { BoardCard, CardRun } from '@slipway/contracts/board-views';
import type { FailedUpkeep } from '@slipway/contracts/views';
import { type KeyboardEvent, memo, type ReactNode } from 'react';
import { Link } from 'wouter';
import { webAddress } from '../../lib/safe-href.ts';
import { Sha } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { Ago, Stopwatch } from '../../ui/time.tsx';
import { CardMenu } from './card-menu.tsx';
import { cardPath, runPath } from './paths.ts';
import { cardTitle, firstLine, isOpen, kindWords, progressOf, testWords, upkeepWords } from './words.ts';

const Happening = ({ project, run }: { readonly project: string; readonly run: CardRun }): ReactNode => (
  <div className="happening">
    <div className="row">
      <Link href={runPath(project, run.id)} className="cut">
        {kindWords(run.kind)}
        {run.step === null ? '' : `: ${kindWords(run.step)}`}
      </Link>
      <span className="push quiet">
        {run.position !== null && `No. ${run.position} in the queue`}
        {run.position === null && run.startedAt !== null && <Stopwatch since={run.startedAt} />}
      </span>
    </div>
    {run.state === 'running' && (
      <div
        className="progress"
        role="progressbar"
        aria-label="Steps that are done"
        aria-valuenow={run.done}
        aria-valuemin={0}
        aria-valuemax={Math.max(run.steps, 1)}
      >
        <span style={{ transform: `scaleX(${progressOf(run)})` }} />
      </div>
    )}
    {run.position !== null && run.reason !== null && <p className="quiet foreign">{run.reason}</p>}
  </div>
);

const Commit = ({ card }: { readonly card: BoardCard }): ReactNode => {
  const { sha, message, author, at } = card.commit;
  return (
    <div className="commit">
      {message !== null && <p className="foreign message">{firstLine(message)}</p>}
      <div className="row">
        {sha !== '' && <Sha sha={sha} />}
        {author !== null && <span className="quiet foreign cut">{author}</span>}
        <span className="quiet age">
          <Ago at={at ?? card.updatedAt} />
        </span>
      </div>
    </div>
  );
};

const Marks = ({ card }: { readonly card: BoardCard }): ReactNode => (
  <div className="row wrap marks">
    <StateStatus state={card.state} />
    {card.verdict !== null && card.verdict !== 'green' && (
      <span className={`chip ${card.verdict === 'red' ? 'bad' : 'warn'}`}>log {card.verdict}</span>
    )}
    {card.tests !== null && (
      <span className={`chip ${card.tests.failed > 0 ? 'bad' : 'good'}`}>{testWords(card.tests)}</span>
    )}
    {card.liveSha !== null && card.liveSha !== card.commit.sha && (
      <span className="quiet">serves {card.liveSha.slice(0, 8)}</span>
    )}
  </div>
);

/** Why it does not serve what was asked for. */
const Failed = ({
  project,
  failure: { run, kind, message, hint },
}: {
  readonly project: string;
  readonly failure: NonNullable<BoardCard['failure']>;
}): ReactNode => (
  <p className="failure" title={hint}>
    {run !== null && kind !== null && (
      <>
        <Link href={runPath(project, run)}>{kindWords(kind)} failed</Link>:{' '}
      </>
    )}
    <span className="foreign">{message}</span>
  </p>
);

/** What it serves is as it was: told as a thing beside it, with its own run. */
const Upkeep = ({ project, failed }: { readonly project: string; readonly failed: FailedUpkeep }): ReactNode => (
  <p className="upkeep" title={failed.failure.hint}>
    <Icon name="warning" />
    <span>
      <Link href={runPath(project, failed.run)}>{upkeepWords(failed)} failed</Link>{' '}
      <span className="quiet">
        <Ago at={failed.at} />
      </span>
      : <span className="foreign">{failed.failure.message}</span>
    </span>
  </p>
);

export interface CardProps {
  readonly project: string;
  readonly card: BoardCard;
  /** The one card that Tab comes to. */
  readonly current: boolean;
  onKey(event: KeyboardEvent<HTMLElement>, card: BoardCard): void;
  onFocus(environment: string): void;
}

const OneCard = ({ project, card, current, onKey, onFocus }: CardProps): ReactNode => {
  const url = webAddress(card.url);
  return (
    // Arrows move between cards, as the help says; all else in one is links and buttons.
    <article
      className={`card ${card.state}`}
      data-card={card.environment}
      tabIndex={current ? 0 : -1}
      aria-label={`${cardTitle(card)}, ${card.state}`}
      draggable={card.stage === 'staging'}
      onDragStart={(event) => event.dataTransfer.setData('text/x-slipway-stage', card.stage)}
      onKeyDown={(event) => onKey(event, card)}
      onFocus={() => onFocus(card.environment)}
    >
      <header className="row">
        <Link href={cardPath(project, card)} className="foreign cut name">
          {cardTitle(card)}
        </Link>
        <span className="row push">
          {url !== undefined && (card.state === 'live' || card.state === 'sleeping') && (
            <a className="button bare small only-icon" href={url} target="_blank" rel="noreferrer" title="Open Odoo">
              <Icon name="out" />
              <span className="hidden-word">Open Odoo of {cardTitle(card)}</span>
            </a>
          )}
          <CardMenu project={project} card={card} />
        </span>
      </header>
      {(card.number !== null || card.title !== null) && (
        <p className="foreign cut title">
          {card.number !== null && <span className="quiet">#{card.number} </span>}
          {card.title}
        </p>
      )}
      <Marks card={card} />
      <Commit card={card} />
      {isOpen(card.run) && <Happening project={project} run={card.run} />}
      {card.failure !== null && !isOpen(card.run) && <Failed project={project} failure={card.failure} />}
      {card.state === 'blocked' && card.reason !== null && <p className="quiet foreign why">{card.reason}</p>}
      {card.upkeep.map((failed) => (
        <Upkeep key={failed.run} project={project} failed={failed} />
      ))}
    </article>
  );
};

/** A board of 200 draws one card anew when one changes: TanStack Query keeps what is equal. */
export const Card = memo(OneCard);
