/** An address that came from outside, if it is one of the web: `javascript:` and the like are none. */
export const webAddress = (text: string | null | undefined): string | undefined => {
  if (text === null || text === undefined) return undefined;
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
};
