import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asProblem, OFFLINE, type Problem } from '../api/problem.ts';
import { Icon } from './icon.tsx';
import { Words } from './words.tsx';

const ROWS = ['92%', '76%', '84%', '60%', '70%', '48%'];

export const Skeleton = ({ rows = 4 }: { readonly rows?: number }): ReactNode => (
  <div className="skeleton" role="status">
    <span className="hidden-word">Loading</span>
    {ROWS.slice(0, rows).map((width) => (
      <span key={width} style={{ width }} aria-hidden="true" />
    ))}
  </div>
);

export const Empty = ({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode => (
  <div className="empty">
    <h2>{title}</h2>
    {children}
  </div>
);

/** The sentence and the hint of the error table, and a way to ask again. */
export const ProblemNote = ({
  problem,
  again,
}: {
  readonly problem: Problem;
  readonly again?: () => void;
}): ReactNode => (
  <div className="note bad" role="alert">
    <Icon name="warning" />
    <div>
      <strong className="foreign">
        <Words text={problem.message} />
      </strong>
      {problem.hint !== '' && (
        <p className="quiet foreign">
          <Words text={problem.hint} />
        </p>
      )}
      {problem.code !== OFFLINE && <p className="quiet mono">{problem.code}</p>}
    </div>
    {again !== undefined && (
      <button type="button" className="button small push" onClick={again}>
        Try again
      </button>
    )}
  </div>
);

/**
 * What was read, or why not. Once there is something it stays: while it is asked for again, and also when that fails, which the bar
 * at the top of the page says.
 */
export const Loaded = <T,>({
  query,
  rows,
  children,
}: {
  readonly query: UseQueryResult<T, Problem>;
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
}): ReactNode => {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ProblemNote problem={asProblem(query.error)} again={() => void query.refetch()} />;
  return <Skeleton {...(rows === undefined ? {} : { rows })} />;
};
