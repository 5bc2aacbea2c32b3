import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** The link lost its end on the way here: mail programs do that. */
export const NoLink = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <>
    <p>This link is not whole: its end, with the token, is missing.</p>
    <p className="quiet">{children}</p>
    <p>
      <Link href="/sign-in">Go to sign in</Link>
    </p>
  </>
);
