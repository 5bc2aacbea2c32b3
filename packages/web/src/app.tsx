import { QueryClientProvider } from '@tanstack/react-query';
import { Component, type ReactNode, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { queries } from './api/api.ts';
import { asProblem } from './api/problem.ts';
import { NOT_FOUND, PAGES, type PageRow } from './pages.ts';
import { ANNOUNCER } from './shell/announce.ts';
import { Shell } from './shell/shell.tsx';
import { ProblemNote, Skeleton } from './ui/states.tsx';
import { Toasts } from './ui/toasts.tsx';

/** One page that fails takes no other down. */
class PageBoundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    // What failed while it was loaded stays so in this tab.
    return <ProblemNote problem={asProblem(this.state.error)} again={() => window.location.reload()} />;
  }
}

const inShell = PAGES.filter(({ bare }) => bare !== true);
const bare = PAGES.filter((row) => row.bare === true);

const Framed = ({ Page }: Pick<PageRow, 'Page'>): ReactNode => (
  <PageBoundary>
    <Suspense fallback={<Skeleton />}>
      <Page />
    </Suspense>
  </PageBoundary>
);

export const App = (): ReactNode => (
  <QueryClientProvider client={queries}>
    <Switch>
      {bare.map((row) => (
        <Route key={row.path} path={row.path}>
          <Framed Page={row.Page} />
        </Route>
      ))}
      <Route>
        <Shell>
          <Switch>
            {inShell.map((row) => (
              <Route key={row.path} path={row.path}>
                <Framed Page={row.Page} />
              </Route>
            ))}
            <Route>
              <Framed Page={NOT_FOUND} />
            </Route>
          </Switch>
        </Shell>
      </Route>
    </Switch>
    <Toasts />
    <p className="hidden-word" id={ANNOUNCER} role="status" />
  </QueryClientProvider>
);
