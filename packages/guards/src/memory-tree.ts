import { textOf } from './text-of.ts';
import { MOST_BYTES, type Tree } from './tree.ts';

/** A tree of what is at hand: a commit that was read otherwise, or a test. */
export const treeOf = (content: Readonly<Record<string, string | Buffer>>): Tree => {
  const files = Object.entries(content)
    .map(([path, text]) => ({ path, bytes: Buffer.byteLength(text) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  const read = async (path: string): Promise<Buffer | null> => {
    const found = Object.hasOwn(content, path) ? content[path] : undefined;
    if (found === undefined || Buffer.byteLength(found) > MOST_BYTES) return null;
    return Buffer.from(found);
  };
  return { files, read, text: async (path) => textOf(await read(path)) };
};
