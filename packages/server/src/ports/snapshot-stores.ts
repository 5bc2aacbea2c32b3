import type { ProjectConfig } from '@slipway/contracts/project-config';
import type { Secret } from '../domain/secret.ts';
import type { BlobStore } from './blob-store.ts';

export type StoreSettings = ProjectConfig['data']['store'];

/** Opens the place where a project keeps its snapshots; what it is encrypted with comes along. Failures: secret-unknown, store-refused. */
export interface SnapshotStores {
  /** From now on it is what `open` hands out, whatever was before. */
  giveKey(project: string, key: Secret): Promise<void>;
  open(project: string, settings: StoreSettings): Promise<{ readonly store: BlobStore; readonly key: Secret }>;
}
