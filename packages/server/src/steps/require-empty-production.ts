import { readdir } from 'node:fs/promises';
import { Failure } from '@slipway/contracts/failure';
import { readManifest } from '../snapshot/repository.ts';
import { addressOf, filledFrom, foreignTables, ownerOf, productionPlace } from './shared/production-place.ts';
import { openPlace } from './shared/snapshot-place.ts';
import { defineStep, done } from './step.ts';

/** Before a byte is written: a production that is there is never written over. Failures: production-not-empty, filestore-missing. */
export const requireEmptyProduction = defineStep({
  kind: 'require-empty-production',
  input: productionPlace,
  limit: () => 600,
  run: async (asked, context) => {
    const manifest = await readManifest(await openPlace({ ...asked, id: asked.snapshot }, context), asked.snapshot);
    if (manifest.series !== asked.series)
      throw new Failure('snapshot-series', { found: manifest.series, wanted: asked.series });
    const tables = await foreignTables(await addressOf(asked, context), context);
    if (tables > 0) throw notEmpty(asked, `The database in the secret ${asked.database}`, `${tables} tables`);
    const { filestore } = asked;
    if (filestore === null) {
      if (manifest.files.length === 0) return done('an empty database; the backup has no files');
      const reason = `it is not set, and the backup has ${manifest.files.length} files`;
      throw new Failure('filestore-missing', { path: 'stages.production.filestore', reason });
    }
    await ownerOf(filestore);
    const entries = await readdir(filestore).catch(() => []);
    if (entries.length > 0 && (await filledFrom(filestore)) !== asked.snapshot)
      throw notEmpty(asked, `The folder ${filestore}`, 'files');
    return done('an empty database and an empty folder');
  },
});

const notEmpty = ({ database }: { readonly database: string }, what: string, holds: string): Failure =>
  new Failure('production-not-empty', { what, holds, secret: database });
