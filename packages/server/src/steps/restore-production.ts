import { Failure } from '@slipway/contracts/failure';
import { Meter } from '../snapshot/progress.ts';
import { readManifest } from '../snapshot/repository.ts';
import { restoreFiles } from '../snapshot/restore-files.ts';
import { restoreSnapshot as restore } from '../snapshot/restore-snapshot.ts';
import {
  addressOf,
  foreignTables,
  holdsAllRows,
  ownerOf,
  productionPlace,
  requireFiles,
} from './shared/production-place.ts';
import { openPlace, progressLines } from './shared/snapshot-place.ts';
import { defineStep, done, skipped } from './step.ts';

/**
 * A backup as it is, real and switched on, into production's own place, which `require-empty-production` has found empty. Files come
 * first, so that a database that is whole says that everything is.
 */
export const restoreProduction = defineStep({
  kind: 'restore-production',
  input: productionPlace,
  limit: () => 12 * 3600,
  run: async (asked, context) => {
    const { signal } = context;
    const from = await openPlace({ ...asked, id: asked.snapshot }, context);
    const manifest = await readManifest(from, asked.snapshot);
    const to = await addressOf(asked, context);
    const onProgress = progressLines(context);
    const { filestore } = asked;
    if (filestore !== null) {
      const owner = await ownerOf(filestore);
      await restoreFiles({ manifest, from, filestore, owner, meter: new Meter(from.clock, onProgress), signal });
      await requireFiles(filestore, manifest);
    }
    // Empty when this run began, so what is whole now was put there by a try that died before it was written down.
    if ((await foreignTables(to, context)) > 0 && (await holdsAllRows(to, manifest, context)))
      return skipped(`${asked.snapshot} was there`);
    const { copier } = context.ports;
    const result = await restore({ manifest, from, copier, to, filestore: null, owner: null, onProgress, signal });
    if (!(await holdsAllRows(to, manifest, context)))
      throw new Failure('restore-incomplete', { reason: 'a table has another number of rows than the backup' });
    return done(`${asked.snapshot}: ${result.rows} rows, ${result.files} files`, result);
  },
});
