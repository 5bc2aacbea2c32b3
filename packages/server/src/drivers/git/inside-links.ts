import { readlink, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** As many links as the kernel follows for one name. */
const MOST_LINKS = 40;

/**
 * A link that leads out of `root` becomes a plain file that holds where it led, which is what git itself writes where
 * there are no links. `links` are paths relative to `root`. Nothing outside is ever read through a repository.
 */
export const keepLinksInside = async (root: string, links: readonly string[]): Promise<void> => {
  for (const link of links) {
    const path = join(root, link);
    const target = await readlink(path).catch(() => null);
    if (target === null || (await follow(target, dirname(path), { root, left: MOST_LINKS })) !== null) continue;
    await rm(path);
    await writeFile(path, target);
  }
};

/** Where `target` leads from the folder `from`; null when it leaves the root on the way. Part by part, as the kernel goes: `a/../b` is not `b` when `a` is a link. */
const follow = async (
  target: string,
  from: string,
  walk: { readonly root: string; left: number },
): Promise<string | null> => {
  walk.left -= 1;
  if (target.startsWith('/') || walk.left < 0) return null;
  let at: string | null = from;
  for (const part of target.split('/')) {
    if (part === '..') at = dirname(at);
    else at = join(at, part);
    if (at !== walk.root && !at.startsWith(walk.root + sep)) return null;
    const next = await readlink(at).catch(() => null);
    if (next !== null) at = await follow(next, dirname(at), walk);
    if (at === null) return null;
  }
  return at;
};
