import type { ReleaseCommit } from '../domain/release.ts';

/** What lies between two commits of a repository. Failures: repository-unreachable (retry), ref-not-found. */
export interface SourceHistory {
  /**
   * The commits that `to` has and `from` has not (null, or one that is gone: all), newest first. Of very many the oldest are left
   * out, but never an author: of each the newest commit is among them.
   */
  commits(from: string | null, to: string): Promise<readonly ReleaseCommit[]>;
  /** Whether `sha` has `ancestor`, or is it. An ancestor that is gone is in nothing. */
  contains(sha: string, ancestor: string): Promise<boolean>;
}
