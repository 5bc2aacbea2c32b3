/** Names that every store takes as they are: no escaping, no way out of a folder. */
export const checkName = (name: string): string => {
  if (!/^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/.test(name)) throw new Error(`not a name of a blob: ${name}`);
  return name;
};
