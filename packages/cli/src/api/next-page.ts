const NEXT = /<([^>]+)>\s*;\s*rel="?next"?/;

/** Path and query of the page after this one, as the header Link has it; never another server's. Undefined: this is the last. */
export const nextPage = (link: string | string[] | undefined): string | undefined => {
  const found = NEXT.exec([link ?? ''].flat().join(', '))?.[1];
  return found?.startsWith('/') && !found.startsWith('//') ? found : undefined;
};
