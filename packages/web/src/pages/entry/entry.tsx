import type { ReactNode } from 'react';
import { useTitle } from '../../shell/announce.ts';
import './entry.css';

/** The frame of the pages of those who are not signed in yet. */
export const Entry = ({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode => {
  useTitle(title);
  return (
    <main className="entry" id="main">
      <p className="brand">
        <img src="/icon.svg" alt="" width="24" height="24" />
        Slipway
      </p>
      <div className="panel entry-box stack">
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
};
