import type { ReactNode } from 'react';
import { Link } from 'wouter';

export interface Crumb {
  readonly word: string;
  readonly to: string;
}

/** The head of each page: where one is, what it is called, what can be done. */
export const PageHeader = ({
  title,
  crumbs = [],
  acts,
  children,
}: {
  readonly title: ReactNode;
  readonly crumbs?: readonly Crumb[];
  readonly acts?: ReactNode;
  /** Beside the title: a status, a count. */
  readonly children?: ReactNode;
}): ReactNode => (
  <header className="page-header">
    <div className="titles">
      {crumbs.length > 0 && (
        <nav className="crumbs" aria-label="Where this page is">
          {crumbs.map(({ word, to }) => (
            <span key={to} className="foreign">
              <Link href={to}>{word}</Link> /
            </span>
          ))}
        </nav>
      )}
      <div className="row wrap">
        <h1 className="foreign">{title}</h1>
        {children}
      </div>
    </div>
    {acts !== undefined && <div className="acts">{acts}</div>}
  </header>
);

export const Panel = ({
  title,
  acts,
  children,
}: {
  readonly title: string;
  readonly acts?: ReactNode;
  readonly children: ReactNode;
}): ReactNode => (
  <section className="panel" aria-label={title}>
    <header>
      <h2>{title}</h2>
      {acts !== undefined && <div className="row push">{acts}</div>}
    </header>
    {children}
  </section>
);
