import type { ReactNode } from 'react';

/** By name, and by the address that tells two of one name apart; programs have only what they are called. */
export const Person = ({ who, name }: { readonly who: string; readonly name: string | null }): ReactNode =>
  name === null ? (
    <span className="foreign">{who}</span>
  ) : (
    <span className="person">
      <span className="foreign">{name}</span> <span className="quiet foreign">{who}</span>
    </span>
  );
