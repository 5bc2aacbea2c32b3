import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { quoteName } from '../../packages/server/src/domain/quote.ts';
import type { DatabaseAddress, DatabaseCopier } from '../../packages/server/src/ports/database-copy.ts';
import { objectsOf } from '../../packages/server/src/snapshot/prune.ts';
import { presentObjects, type Repository, readManifest } from '../../packages/server/src/snapshot/repository.ts';

/** `zq00042x`, also in capitals, and in hexadecimal as PostgreSQL writes bytes and as files are called. */
const TOKEN = /^(?:zq[0-9]{5}x|7a71(?:3[0-9]){5}78)/i;
/** How they begin: looked for first, because a regular expression takes twenty times as long over a gigabyte. */
const BEGINNINGS = ['zq0', 'ZQ0', 'Zq0', 'zQ0', '7a7130', '7A7130'];
const LONGEST = 16;
const WHOLE_BYTES = 16 * 1024 * 1024;

/** Takes bytes in pieces and remembers the tokens in them. */
export class Search {
  readonly found = new Set<string>();
  #tail: Buffer = Buffer.alloc(0);

  add(piece: Buffer | string): void {
    const whole = Buffer.concat([this.#tail, Buffer.from(piece)]);
    for (const beginning of BEGINNINGS)
      for (let at = whole.indexOf(beginning); at >= 0; at = whole.indexOf(beginning, at + 1)) {
        const [token] = TOKEN.exec(whole.toString('latin1', at, at + LONGEST)) ?? [];
        if (token !== undefined)
          this.found.add(token.length === LONGEST ? Buffer.from(token, 'hex').toString() : token.toLowerCase());
      }
    this.#tail = whole.subarray(-LONGEST);
  }

  /** What comes next does not follow on what came before. */
  cut(): void {
    this.#tail = Buffer.alloc(0);
  }
}

const addAll = async (search: Search, pieces: AsyncIterable<unknown> | Promise<readonly Buffer[]>): Promise<void> => {
  search.cut();
  for await (const piece of pieces instanceof Promise ? await pieces : pieces) search.add(piece as Buffer);
  search.cut();
};

/** Every file below a folder: its path and its bytes. */
export const searchFolder = async (folder: string): Promise<Search> => {
  const search = new Search();
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    search.cut();
    search.add(relative(folder, path));
    // A server that runs makes and removes files meanwhile.
    const found = await lstat(path).catch(() => null);
    if (found?.isFile() !== true) continue;
    // Thousands are small, and a stream for each takes longer than the search.
    const content = found.size <= WHOLE_BYTES ? readFile(path).then((all) => [all]) : createReadStream(path);
    await addAll(search, content).catch(unlessGone);
  }
  return search;
};

const unlessGone = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error;
};

const TABLES = `
  select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'm') and n.nspname !~ '^pg_(catalog|toast|temp)' and n.nspname <> 'information_schema'
   union all select 'pg_catalog', 'pg_largeobject' order by 1, 2`;

/** Every row of every table and the whole schema, as text. */
export const searchDatabase = async (copier: DatabaseCopier, at: DatabaseAddress): Promise<Search> => {
  const { signal } = new AbortController();
  const search = new Search();
  const session = await copier.open(at, { workers: 1, session: [], signal });
  try {
    search.add(await session.schema());
    for (const { schema, name } of await session.query({ text: TABLES, parameters: [] }))
      await addAll(
        search,
        session.copyOut(`select * from only ${quoteName(String(schema))}.${quoteName(String(name))}`),
      );
  } finally {
    await session.close();
  }
  return search;
};

/** Every object of a store with one snapshot, unpacked and decrypted, and the manifest, which names the files. */
export const searchSnapshot = async (repository: Repository, id: string): Promise<Search> => {
  const search = new Search();
  const manifest = await readManifest(repository, id);
  search.add(JSON.stringify(manifest));
  const left = new Set((await presentObjects(repository.store)).keys());
  for (const { object, part } of objectsOf(manifest))
    if (left.delete(object.id)) await addAll(search, repository.objects.stream(object, { snapshot: id, part }));
  if (left.size > 0) throw new Error(`the store holds ${left.size} objects of no snapshot`);
  return search;
};

export const searchText = (...texts: readonly string[]): Search => {
  const search = new Search();
  for (const text of texts) {
    search.cut();
    search.add(text);
  }
  return search;
};
