/** Reads a folder as a tree. The content comes from strangers: nothing outside the folder is read, nothing large is taken into memory. */
import type { Dirent } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import ignore, { type Ignore } from 'ignore';
import { textOf } from './text-of.ts';
import { MOST_BYTES, type Tree, type TreeFile } from './tree.ts';

const SKIPPED = new Set(['.git', 'node_modules', '.slipway', '__pycache__']);
/** Links to folders are followed at most this deep into each other, so that many of them cannot multiply. */
const MOST_LINKS = 2;
const MOST_FILES = 250_000;
const AT_ONCE = 16;

/** Throws Failure `config-invalid` for more files than any repository has. */
export const readTree = async (folder: string): Promise<Tree> => {
  const walk = new Walk(await realpath(folder));
  const files = await walk.all();
  const real = new Map(files.map((file) => [file.path, file.real]));
  const read = async (path: string): Promise<Buffer | null> => {
    const from = real.get(path);
    return from === undefined ? null : readBounded(from);
  };
  return {
    files: files.map(({ path, bytes }) => ({ path, bytes })),
    links: walk.links,
    read,
    text: async (path) => textOf(await read(path)),
  };
};

/** At most MOST_BYTES, whatever the file has become since it was listed; null also when it is gone or not to be read. */
const readBounded = async (file: string): Promise<Buffer | null> => {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    if (size > MOST_BYTES) return null;
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await handle.read(buffer, 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return null;
  } finally {
    await handle.close();
  }
};

interface FoundFile extends TreeFile {
  readonly real: string;
}

/** The rules of one .gitignore, for what lies below its folder. */
interface Rules {
  readonly folder: string;
  readonly rules: Ignore;
}

interface Place {
  readonly path: string;
  /** Real paths of this folder and those above it: a link to one of them is a circle. */
  readonly chain: readonly string[];
  readonly links: number;
  readonly ignored: readonly Rules[];
}

class Walk {
  readonly #root: string;
  readonly #found: { readonly path: string; readonly real: string }[] = [];
  #isCheckout = false;
  readonly links = new Set<string>();
  constructor(root: string) {
    this.#root = root;
  }

  async all(): Promise<readonly FoundFile[]> {
    this.#isCheckout = (await readdir(this.#root)).includes('.git');
    const exclude = join(this.#root, '.git', 'info', 'exclude');
    const facts = await lstat(exclude).catch(() => null);
    const excluded = this.#isCheckout && facts?.isFile() ? await rulesIn(exclude, '') : [];
    await this.#folder({ path: '', chain: [this.#root], links: 0, ignored: excluded });
    const files = await this.#measured();
    return files.sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  /** With their sizes; what is no plain file when it is looked at is left out. */
  async #measured(): Promise<FoundFile[]> {
    const files: FoundFile[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let file = this.#found[next++]; file !== undefined; file = this.#found[next++]) {
        const facts = await stat(file.real).catch(() => null);
        if (facts?.isFile()) files.push({ ...file, bytes: facts.size });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return files;
  }

  async #folder(place: Place): Promise<void> {
    const here = place.chain.at(-1) ?? this.#root;
    // A folder that may not be read holds nothing for us.
    const entries = await readdir(here, { withFileTypes: true }).catch(() => []);
    // A link of that name is not followed, as git does not.
    const hasRules = this.#isCheckout && entries.some((entry) => entry.name === '.gitignore' && entry.isFile());
    const own = hasRules ? await rulesIn(join(here, '.gitignore'), place.path) : [];
    await this.#entries({ ...place, ignored: [...place.ignored, ...own] }, entries);
  }

  async #entries(place: Place, entries: readonly Dirent[]): Promise<void> {
    const { ignored } = place;
    const here = place.chain.at(-1) ?? this.#root;
    for (const entry of entries) {
      const path = place.path === '' ? entry.name : `${place.path}/${entry.name}`;
      const real = join(here, entry.name);
      if (SKIPPED.has(entry.name) || isIgnored(ignored, path, entry.isDirectory())) continue;
      if (entry.isSymbolicLink()) await this.#link({ ...place, path, ignored }, real);
      else if (entry.isDirectory()) await this.#folder({ ...place, path, ignored, chain: [...place.chain, real] });
      else if (entry.isFile()) this.#add(path, real);
    }
  }

  async #link(place: Place, link: string): Promise<void> {
    const real = await realpath(link).catch(() => null);
    const isOutside = real === null || !real.startsWith(`${this.#root}${sep}`);
    if (isOutside || place.chain.includes(real) || real.slice(this.#root.length).split(sep).includes('.git')) {
      this.links.add(place.path);
      return;
    }
    const facts = await stat(real).catch(() => null);
    if (facts?.isFile()) this.#add(place.path, real);
    else if (facts?.isDirectory() && place.links < MOST_LINKS)
      await this.#folder({ ...place, chain: [...place.chain, real], links: place.links + 1 });
  }

  #add(path: string, real: string): void {
    if (this.#found.length >= MOST_FILES)
      throw new Failure('config-invalid', { problems: `the folder holds more than ${MOST_FILES} files` });
    this.#found.push({ path, real });
  }
}

/** The library makes regular expressions of patterns: with many stars one could be made to take for ever. */
const MOST_STARS = 3;
const isSimple = (rule: string): boolean =>
  rule.split('/').every((segment) => segment.replace(/\*+/g, '*').split('*').length - 1 <= MOST_STARS);

const rulesIn = async (file: string, folder: string): Promise<readonly Rules[]> => {
  const text = textOf(await readBounded(file));
  return text === null ? [] : [{ folder, rules: ignore().add(text.split('\n').filter(isSimple)) }];
};

/** The nearest .gitignore that says something of the path has the last word. */
const isIgnored = (all: readonly Rules[], path: string, isFolder: boolean): boolean => {
  for (const { folder, rules } of all.toReversed()) {
    const inside = folder === '' ? path : path.slice(folder.length + 1);
    if (!ignore.isPathValid(inside)) continue;
    const { ignored, unignored } = rules.test(isFolder ? `${inside}/` : inside);
    if (ignored || unignored) return ignored;
  }
  return false;
};
