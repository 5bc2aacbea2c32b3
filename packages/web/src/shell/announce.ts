import { useEffect } from 'react';

/** Said by screen readers, seen by nobody. The element stands in shell.tsx. */
export const ANNOUNCER = 'announcer';

const announce = (text: string): void => {
  const element = document.getElementById(ANNOUNCER);
  if (element !== null) element.textContent = text;
};

/** The document's title; also said aloud, since no page load says it. */
export const useTitle = (...parts: readonly string[]): void => {
  const title = [...parts, 'Slipway'].filter((part) => part !== '').join(' · ');
  useEffect(() => {
    document.title = title;
    announce(title);
  }, [title]);
};
