/** Which folders of a repository are Odoo modules. */

export const MANIFEST = '__manifest__.py';

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const depthOf = (path: string): number => (path === '' ? 0 : path.split('/').length);

/** Folders with a manifest, nearest to the root first; not those inside another module (test fixtures), nor OCA's `setup/`. */
export const moduleFolders = (paths: readonly string[]): readonly string[] => {
  const all = paths
    .filter((path) => nameOf(path) === MANIFEST && path !== MANIFEST)
    .map(parentOf)
    .filter((path) => !path.split('/').some((part) => part.startsWith('.') || part === 'setup'));
  const known = new Set(all);
  const insideAnother = (path: string): boolean => {
    for (let above = parentOf(path); above !== ''; above = parentOf(above)) if (known.has(above)) return true;
    return false;
  };
  return all
    .filter((path) => !insideAnother(path))
    .sort((one, other) => depthOf(one) - depthOf(other) || (one < other ? -1 : 1));
};
