/**
 * Reads a folder as a tree. The content comes from strangers: nothing outside the folder is read, nothing large is taken into memory.
 * Files are read synchronously: a repository has thousands of small ones, in the system's memory, and the way through the pool of
 * threads takes six times as long as the reading (bench/guard). Whoever waits for a timer gets a turn every few milliseconds.
 */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Failure } from '@slipway/contracts/failure';
import ignore, { type Ignore } from 'ignore';
import { textOf } from './text-of.ts';
import { MOST_BYTES, type Tree, type TreeFile } from './tree.ts';

const SKIPPED = new Set(['.git', 'node_modules', '.slipway', '__pycache__']);
/** Links to folders are followed at most this deep into each other, so that many of them cannot multiply. */
const MOST_LINKS = 2;
const MOST_FILES = 250_000;
const MILLISECONDS_AT_ONCE = 20;

/**
 * `tracked`: files that git has although a .gitignore names them; they are in every clone, so they are looked at. Only git knows them.
 * Throws Failure `config-invalid` for more files than any repository has.
 */
export const readTree = async (folder: string, tracked: ReadonlySet<string> = new Set()): Promise<Tree> => {
  const turns = new Turns();
  const walk = new Walk(realpathSync(folder), turns, withFolders(tracked));
  const files = await walk.all();
  const real = new Map(files.map((file) => [file.path, file.real]));
  const read = async (path: string): Promise<Buffer | null> => {
    await turns.offer();
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

/** With every folder above one of them. */
const withFolders = (paths: ReadonlySet<string>): ReadonlySet<string> => {
  const all = new Set(paths);
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) all.add(path.slice(0, end));
  return all;
};

/** Lets others run when this has run for a while. */
class Turns {
  #since = performance.now();

  async offer(): Promise<void> {
    if (performance.now() - this.#since < MILLISECONDS_AT_ONCE) return;
    await turn();
    this.#since = performance.now();
  }
}

/** Null for what is not there, or must not be looked at. */
const orNull = <T>(look: () => T): T | null => {
  try {
    return look();
  } catch {
    return null;
  }
};

/** At most MOST_BYTES, whatever the file has become since it was listed; null also when it is gone or not to be read. */
const readBounded = (file: string): Buffer | null => {
  // A pipe that took the place of a file would be waited for without this.
  const handle = orNull(() => openSync(file, constants.O_RDONLY | constants.O_NONBLOCK));
  if (handle === null) return null;
  try {
    const { size } = fstatSync(handle);
    if (size > MOST_BYTES) return null;
    const buffer = Buffer.allocUnsafe(size);
    return buffer.subarray(0, readSync(handle, buffer, 0, size, 0));
  } catch {
    return null;
  } finally {
    closeSync(handle);
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
  readonly #turns: Turns;
  readonly #tracked: ReadonlySet<string>;
  constructor(root: string, turns: Turns, tracked: ReadonlySet<string>) {
    this.#root = root;
    this.#turns = turns;
    this.#tracked = tracked;
  }

  async all(): Promise<readonly FoundFile[]> {
    this.#isCheckout = readdirSync(this.#root).includes('.git');
    const exclude = join(this.#root, '.git', 'info', 'exclude');
    const facts = orNull(() => lstatSync(exclude));
    const excluded = this.#isCheckout && facts?.isFile() ? rulesIn(exclude, '') : [];
    await this.#folder({ path: '', chain: [this.#root], links: 0, ignored: excluded });
    const files = await this.#measured();
    return files.sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  /** With their sizes; what is no plain file when it is looked at is left out. */
  async #measured(): Promise<FoundFile[]> {
    const files: FoundFile[] = [];
    for (const file of this.#found) {
      await this.#turns.offer();
      const facts = orNull(() => statSync(file.real));
      if (facts?.isFile()) files.push({ ...file, bytes: facts.size });
    }
    return files;
  }

  async #folder(place: Place): Promise<void> {
    await this.#turns.offer();
    const here = place.chain.at(-1) ?? this.#root;
    // A folder that may not be read holds nothing for us.
    const entries = orNull(() => readdirSync(here, { withFileTypes: true })) ?? [];
    // A link of that name is not followed, as git does not.
    const hasRules = this.#isCheckout && entries.some((entry) => entry.name === '.gitignore' && entry.isFile());
    const own = hasRules ? rulesIn(join(here, '.gitignore'), place.path) : [];
    await this.#entries({ ...place, ignored: [...place.ignored, ...own] }, entries);
  }

  async #entries(place: Place, entries: readonly Dirent[]): Promise<void> {
    const { ignored } = place;
    const here = place.chain.at(-1) ?? this.#root;
    for (const entry of entries) {
      const path = place.path === '' ? entry.name : `${place.path}/${entry.name}`;
      const real = join(here, entry.name);
      if (SKIPPED.has(entry.name) || this.#leavesOut(ignored, path, entry.isDirectory())) continue;
      if (entry.isSymbolicLink()) await this.#link({ ...place, path, ignored }, real);
      else if (entry.isDirectory()) await this.#folder({ ...place, path, ignored, chain: [...place.chain, real] });
      else if (entry.isFile()) this.#add(path, real);
    }
  }

  #leavesOut(ignored: readonly Rules[], path: string, isFolder: boolean): boolean {
    return isIgnored(ignored, path, isFolder) && !this.#tracked.has(path);
  }

  async #link(place: Place, link: string): Promise<void> {
    const real = orNull(() => realpathSync(link));
    const isOutside = real === null || !real.startsWith(`${this.#root}${sep}`);
    if (isOutside || place.chain.includes(real) || real.slice(this.#root.length).split(sep).includes('.git')) {
      this.links.add(place.path);
      return;
    }
    const facts = orNull(() => statSync(real));
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

const rulesIn = (file: string, folder: string): readonly Rules[] => {
  const text = textOf(readBounded(file));
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
