import type { ReactNode } from 'react';

/** A sentence of the error table or of a gate: what a terminal shows between backticks is code here. Without markup of any other kind. */
export const Words = ({ text }: { readonly text: string }): ReactNode =>
  text.split('`').map((part, index, parts) => {
    if (index % 2 === 0) return part;
    // A backtick that none follows is one.
    if (index === parts.length - 1) return `\`${part}`;
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text, which do not move.
    return <code key={index}>{part}</code>;
  });
