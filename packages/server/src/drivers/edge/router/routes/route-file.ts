import { open, readFile, rename, rm } from 'node:fs/promises';
import type { RouteRow } from './route-book.ts';
import { parseRouteRow } from './route-row.ts';

/** Routes of the last time that PostgreSQL answered; null when there is no file or it cannot be read as one. */
export async function readRouteFile(path: string): Promise<readonly RouteRow[] | null> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'));
    const routes = (content as { routes?: unknown } | null)?.routes;
    if (!Array.isArray(routes)) return null;
    return routes.map(parseRouteRow).filter((row) => row !== null);
  } catch {
    return null;
  }
}

/** Whole or not at all: written beside, flushed to disk, renamed. Mode 0600, since addresses of containers are nobody's business. */
async function writeRouteFile(path: string, rows: readonly RouteRow[]): Promise<void> {
  // An edge that is being replaced writes, too.
  const beside = `${path}.${process.pid}.new`;
  await rm(beside, { force: true });
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ routes: rows }, null, 1)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

export interface RouteFile {
  /** Saves soon; many calls in a row become one write of the newest routes. */
  save(): void;
  /** Resolves when what was asked for is on disk. */
  settled(): Promise<void>;
}

export function createRouteFile(
  path: string,
  rows: () => readonly RouteRow[],
  options: { readonly onError: (error: unknown) => void },
): RouteFile {
  let writing: Promise<void> | null = null;
  let again = false;
  const write = async (): Promise<void> => {
    do {
      again = false;
      await writeRouteFile(path, rows()).catch(options.onError);
    } while (again);
    writing = null;
  };
  return {
    save: () => {
      if (writing) again = true;
      else writing = write();
    },
    settled: async () => {
      await writing;
    },
  };
}
