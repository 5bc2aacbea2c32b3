/** The address of `rel="next"` in the header Link, when it is one of ours. */
export const nextOf = (link: string | null): string | null => {
  const found = /<(\/api\/[^>]+)>;\s*rel="next"/.exec(link ?? '');
  return found?.[1] ?? null;
};
