import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '@slipway/contracts/failure';

export interface TreeFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

/** The files of one commit, however they are kept. */
export interface FileTree {
  readonly files: readonly TreeFile[];
  readonly readText: (path: string) => Promise<string>;
}

export interface FolderTree extends FileTree {
  /** Symbolic links that were not followed: they lead out of the folder, in a circle, or nowhere. */
  readonly skippedLinks: readonly string[];
}

/** `.git`, editor folders, Python's cache: never part of what is deployed. */
const SKIPPED = /^(\..*|__pycache__|node_modules)$|\.py[co]$/;
const HASHED_AT_ONCE = 8;

/**
 * Reads a checkout. Links inside it are followed (addons folders are often links into submodules); a link that leads
 * out of it is not, since the content comes from strangers.
 */
export const readFolderTree = async (folder: string): Promise<FolderTree> => {
  const root = await realpath(folder);
  const walk = new Walk(root);
  await walk.folder('', [root]);
  const found = walk.found.sort((one, other) => (one.path < other.path ? -1 : 1));
  const files: TreeFile[] = new Array(found.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < found.length; index = next++) {
      const { path, real, size } = found[index] as FoundFile;
      files[index] = { path, size, sha256: await hashFile(real) };
    }
  };
  await Promise.all(Array.from({ length: HASHED_AT_ONCE }, worker));
  const realOf = new Map(found.map(({ path, real }) => [path, real]));
  const readText = async (path: string): Promise<string> => {
    const real = realOf.get(path);
    if (real === undefined) throw new Failure('internal', { id: `${path} is not in the tree` });
    return readFile(real, 'utf8');
  };
  return { files, readText, skippedLinks: walk.skippedLinks };
};

interface FoundFile {
  readonly path: string;
  readonly real: string;
  readonly size: number;
}

class Walk {
  readonly found: FoundFile[] = [];
  readonly skippedLinks: string[] = [];
  readonly #root: string;
  constructor(root: string) {
    this.#root = root;
  }

  /** `chain`: real paths of this folder and those above it, so that a link to one of them is seen as a circle. */
  async folder(path: string, chain: readonly string[]): Promise<void> {
    const here = chain.at(-1) ?? this.#root;
    const entries = await readdir(here, { withFileTypes: true });
    for (const entry of entries) {
      if (SKIPPED.test(entry.name)) continue;
      const inside = path === '' ? entry.name : `${path}/${entry.name}`;
      const real = join(here, entry.name);
      if (entry.isSymbolicLink()) await this.#link(inside, real, chain);
      else if (entry.isDirectory()) await this.folder(inside, [...chain, real]);
      else if (entry.isFile()) this.found.push({ path: inside, real, size: (await stat(real)).size });
    }
  }

  async #link(path: string, link: string, chain: readonly string[]): Promise<void> {
    const real = await realpath(link).catch(() => undefined);
    const outside = real === undefined || !`${real}${sep}`.startsWith(`${this.#root}${sep}`);
    if (outside || chain.includes(real) || real.slice(this.#root.length).split(sep).includes('.git')) {
      this.skippedLinks.push(path);
      return;
    }
    const facts = await stat(real);
    if (facts.isDirectory()) await this.folder(path, [...chain, real]);
    else if (facts.isFile()) this.found.push({ path, real, size: facts.size });
  }
}

const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};
