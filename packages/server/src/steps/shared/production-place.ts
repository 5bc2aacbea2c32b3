import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { quoteName } from '../../domain/quote.ts';
import type { SnapshotManifest } from '../../domain/snapshot.ts';
import type { DatabaseAddress, ExportSession } from '../../ports/database-copy.ts';
import type { Owner } from '../../snapshot/restore-files.ts';
import type { StepContext } from '../step.ts';
import { storeSettings } from './snapshot-place.ts';

/** A production that Slipway does not run: an address and a folder, into which a backup is put when both are empty. */
export const productionPlace = z.strictObject({
  project: z.string(),
  snapshot: z.string(),
  store: storeSettings,
  series: z.string(),
  /** Name of the secret with the database's address. */
  database: z.string(),
  filestore: z.string().nullable(),
});
export type ProductionPlace = z.infer<typeof productionPlace>;

export const addressOf = async (
  { project, database }: Pick<ProductionPlace, 'project' | 'database'>,
  { ports }: Pick<StepContext, 'ports'>,
): Promise<DatabaseAddress> => ({ url: await ports.secrets.get(project, 'production', database) });

const asking = async <T>(
  at: DatabaseAddress,
  { ports, signal }: StepContext,
  ask: (session: ExportSession) => Promise<T>,
): Promise<T> => {
  const session = await ports.copier.open(at, { workers: 1, session: [], signal });
  try {
    return await ask(session);
  } finally {
    await session.close();
  }
};

const TABLES = `
  SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;
/** There from the first statement of a restore to its last. */
const UNFINISHED = 'slipway_restoring';

/** How many tables somebody else's data has there; what an unfinished restore left counts as nothing. */
export const foreignTables = (at: DatabaseAddress, context: StepContext): Promise<number> =>
  asking(at, context, async (session) => {
    const names = (await session.query({ text: TABLES, parameters: [] })).map(({ name }) => String(name));
    return names.includes(UNFINISHED) ? 0 : names.length;
  });

/** Whether every table has as many rows as the snapshot. */
export const holdsAllRows = (at: DatabaseAddress, { tables }: SnapshotManifest, context: StepContext) =>
  asking(at, context, async (session) => {
    const names = new Set((await session.query({ text: TABLES, parameters: [] })).map(({ name }) => String(name)));
    if (names.has(UNFINISHED)) return false;
    for (const { table, rows } of tables) {
      if (!names.has(table)) return false;
      const text = `SELECT count(*)::text AS rows FROM ONLY public.${quoteName(table)}`;
      if (Number((await session.query({ text, parameters: [] }))[0]?.['rows']) !== rows) return false;
    }
    return true;
  });

/** Which snapshot a folder was filled from; null: it was not, or there is no folder. */
export const filledFrom = (folder: string): Promise<string | null> =>
  readFile(join(folder, '.slipway-snapshot'), 'utf8').catch(() => null);

/** Whoever has the folder, or the one around it, is given the files: Odoo has to read them. Failure: filestore-missing. */
export const ownerOf = async (folder: string): Promise<Owner> => {
  const found =
    (await stat(folder).catch(() => null)) ??
    (await stat(dirname(folder)).catch((error: NodeJS.ErrnoException) => {
      throw new Failure('filestore-missing', { path: folder, reason: error.message }, error);
    }));
  return { uid: found.uid, gid: found.gid };
};

/** Failure: restore-incomplete. */
export const requireFiles = async (folder: string, { files }: SnapshotManifest): Promise<void> => {
  for (const { path, object } of files) {
    const size = (await stat(join(folder, path)).catch(() => null))?.size;
    if (size === object.bytes) continue;
    throw new Failure('restore-incomplete', {
      reason: `${folder}/${path} ${size === undefined ? 'is not there' : `has ${size} bytes instead of ${object.bytes}`}`,
    });
  }
};
