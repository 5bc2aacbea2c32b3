import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { closeToWrites } from '../odoo/close-to-writes.ts';
import { Meter } from '../snapshot/progress.ts';
import { readManifest } from '../snapshot/repository.ts';
import { restoreMissingFiles } from '../snapshot/restore-files.ts';
import { restoreSnapshot } from '../snapshot/restore-snapshot.ts';
import { dropLostBundles } from './shared/drop-lost-bundles.ts';
import { requireWhole } from './shared/require-whole.ts';
import { openPlace, progressLines, storeSettings } from './shared/snapshot-place.ts';
import { defineStep, done, type StepContext, skipped } from './step.ts';

const input = z.strictObject({
  project: z.string(),
  snapshot: z.string(),
  store: storeSettings,
  database: z.string(),
  /** The name that it has until it is whole. */
  beside: z.string(),
  role: z.string(),
  /** Whose database, secrets and filestore. */
  owner: z.string(),
  /** Whether both find room: then the one that is there goes only when the other is whole. */
  roomForTwo: z.boolean(),
  /** A step of this run: where it was not done, the database was not touched, and stays. */
  after: z.string().optional(),
});
type Input = z.infer<typeof input>;

/**
 * A database as a backup has it, in the place of the one that is there, and files that are missing. Nothing goes before the backup
 * was read through; the name is taken only by what is whole, so that no Odoo ever starts on less. Failure: snapshot-corrupt.
 */
export const bringBackDatabase = defineStep({
  kind: 'bring-back-database',
  input,
  limit: () => 24 * 3600,
  run: async (asked, context) => {
    const { database, beside, role, roomForTwo, after } = asked;
    const { databases } = context.ports;
    if (after !== undefined && (await context.receipt(after)) === undefined)
      return skipped(`${database} stays: nothing was done to it`);
    // Whatever becomes of this: on one that is half updated nobody works.
    if (await databases.exists(database))
      await databases.query(database, [{ text: closeToWrites(role), parameters: [] }]);
    await requireWhole(asked, context);
    if (!roomForTwo) await databases.drop(database);
    const restored = await restoreBeside(asked, context);
    await databases.drop(database);
    await databases.rename(beside, database);
    return done(`${database} is as in ${asked.snapshot}: ${restored.rows} rows, ${restored.files} files`, restored);
  },
});

const restoreBeside = async (asked: Input, context: StepContext) => {
  const { database, beside, role, owner } = asked;
  const { ports, signal } = context;
  const from = await openPlace({ ...asked, id: asked.snapshot }, context);
  const manifest = await readManifest(from, asked.snapshot);
  const password = await ports.secrets.ensure(owner, 'database-password');
  await ports.databases.ensureRole(role, password, owner);
  await ports.databases.drop(beside);
  await ports.databases.create(beside, role, owner);
  const onProgress = progressLines(context);
  const to = ports.addresses.addressOf(beside, role, password);
  const restored = await restoreSnapshot({
    ...{ manifest, from, copier: ports.copier, to, onProgress, signal },
    ...{ filestore: null, owner: null },
  });
  const folder = await ports.filestores.ensure(owner);
  const { uid, gid } = await stat(folder);
  const meter = new Meter(from.clock, onProgress);
  const filestore = `${folder}/filestore/${database}`;
  await restoreMissingFiles({ manifest, from, filestore, owner: { uid, gid }, meter, signal });
  await dropLostBundles(beside, manifest.files, context);
  return restored;
};
