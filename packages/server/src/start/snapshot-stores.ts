import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { newId } from '../domain/clock.ts';
import { environmentId } from '../domain/names.ts';
import { openFolderStore } from '../drivers/blobs/folder/index.ts';
import { openS3Store } from '../drivers/blobs/s3/index.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { SecretStore } from '../ports/secret-store.ts';
import type { SnapshotStores, StoreSettings } from '../ports/snapshot-stores.ts';

/** Name of the secret of `<project>/production` that its snapshots are encrypted with. */
export const STORE_KEY = 'store-key';

/** Where a project keeps its snapshots, as its slipway.yaml says; a folder below `root` where it says nothing. */
export const openSnapshotStores = (root: string, secrets: SecretStore): SnapshotStores => {
  const opened = new Map<string, Promise<BlobStore>>();
  const open = async (project: string, settings: StoreSettings): Promise<BlobStore> => {
    if (settings.kind === 'folder')
      return openFolderStore({ folder: settings.path ?? join(root, project), newId, now: () => new Date() });
    const secret = (name: string) => secrets.get(project, 'production', name);
    return openS3Store({
      endpoint: settings.endpoint ?? `https://s3.${settings.region}.amazonaws.com`,
      region: settings.region,
      bucket: settings.bucket,
      prefix: settings.prefix.replace(/^\/+|\/+$/g, ''),
      accessKey: await accessKeyOf(secret, settings.access_key),
      secretKey: await secret(settings.secret_key),
    });
  };
  return {
    giveKey: (project, key) => secrets.replace(environmentId(project, 'production'), STORE_KEY, key),
    open: async (project, settings) => {
      const key = await secrets.ensure(environmentId(project, 'production'), STORE_KEY);
      // A folder is opened once; the keys of a bucket may have been changed since.
      if (settings.kind !== 'folder') return { store: await open(project, settings), key };
      const name = JSON.stringify([project, settings]);
      const store = opened.get(name) ?? open(project, settings);
      opened.set(name, store);
      return { store: await store, key };
    },
  };
};

/** The id of a key is no secret by itself, but it is kept with the one that is. */
const accessKeyOf = async (secret: (name: string) => ReturnType<SecretStore['get']>, name: string): Promise<string> => {
  const value = (await secret(name)).reveal().trim();
  if (value === '') throw new Failure('secret-unknown', { name, stage: 'production' });
  return value;
};
