import type { Commit } from '../domain/commit.ts';
import type { SourceDifference } from './source-difference.ts';
import type { SourceHistory } from './source-history.ts';

/** A git repository, mirrored locally. Failures: repository-unreachable (retry), ref-not-found. */
export interface SourceRepository {
  /** Fetches what is new; returns at once when `sha` is here already. */
  fetch(sha?: string): Promise<void>;
  /** A branch, tag, `refs/…` or commit to a full sha. */
  resolve(ref: string): Promise<string>;
  defaultBranch(): Promise<string>;
  commit(sha: string): Promise<Commit>;
  /** One file's text at a commit; null if it does not exist. */
  readFile(sha: string, path: string): Promise<string | null>;
  /** Absolute folder with the files of the commit, submodules included; each file's mtime is that of the last commit that touched it. Kept and shared: read only. */
  checkout(sha: string): Promise<string>;
  /** Heads by name, for polling. */
  branches(): Promise<Readonly<Record<string, string>>>;
  readonly history: SourceHistory;
  readonly difference: SourceDifference;
}
