import type { ProjectConfig } from '@slipway/contracts/project-config';
import type { OdooModule } from './modules.ts';

export interface Commit {
  readonly sha: string;
  readonly message: string;
  readonly author: string;
  /** ISO 8601. */
  readonly committedAt: string;
}

/** Everything the planner needs to know of one commit, read from the repository without running anything in it. */
export interface CommitFacts {
  readonly commit: Commit;
  readonly config: ProjectConfig;
  readonly modules: readonly OdooModule[];
  /** Requirement files and system packages that decide the dependency layer. */
  readonly requirements: readonly { readonly path: string; readonly sha256: string }[];
  /** SHA-256 over addons folders in their order with all module hashes: same hash, same image content. */
  readonly addonsHash: string;
  /** SHA-256 over requirement files, packages and series: `ops.builds.lock_hash`. */
  readonly lockHash: string;
}

/** What is deployed: a commit, the image made of it, and the modules' hashes. */
export interface Release {
  readonly sha: string;
  readonly image: string;
  readonly imageDigest: string;
}
