import { stat } from 'node:fs/promises';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { readManifest } from '../../snapshot/repository.ts';
import { restoreSnapshot as restore } from '../../snapshot/restore-snapshot.ts';
import type { StepContext } from '../step.ts';
import { dropLostBundles } from './drop-lost-bundles.ts';
import { openPlace, progressLines, storeSettings } from './snapshot-place.ts';

export const restoring = z.strictObject({
  project: z.string(),
  snapshot: z.string(),
  store: storeSettings,
  series: z.string(),
  database: z.string(),
  role: z.string(),
  /** Whose database, secrets and filestore. */
  owner: z.string(),
  /** Whose folder its attachments are put into; they must have it for themselves. */
  filesOwner: z.string(),
});
export type Restoring = z.infer<typeof restoring>;

export const restoreInto = async (asked: Restoring, context: StepContext) => {
  const { ports, signal } = context;
  const from = await openPlace({ ...asked, id: asked.snapshot }, context);
  const manifest = await readManifest(from, asked.snapshot);
  if (manifest.series !== asked.series)
    throw new Failure('snapshot-series', { found: manifest.series, wanted: asked.series });
  const password = await ports.secrets.ensure(asked.owner, 'database-password');
  await ports.databases.ensureRole(asked.role, password, asked.owner);
  await ports.databases.drop(asked.database);
  await ports.databases.create(asked.database, asked.role, asked.owner);
  const folder = await ports.filestores.ensure(asked.filesOwner);
  const { uid, gid } = await stat(folder);
  const restored = await restore({
    manifest,
    from,
    copier: ports.copier,
    to: ports.addresses.addressOf(asked.database, asked.role, password),
    filestore: `${folder}/filestore/${asked.database}`,
    owner: { uid, gid },
    onProgress: progressLines(context),
    signal,
  });
  const lost = await dropLostBundles(asked.database, manifest.files, context);
  if (lost > 0) context.log('step', `${lost} asset bundles came without their files: Odoo makes them anew`);
  return restored;
};
