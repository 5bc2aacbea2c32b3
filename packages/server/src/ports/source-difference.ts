import type { ReleaseCommit } from '../domain/release.ts';

/** What one commit has that another has not. */
export interface Difference {
  /** Newest first; `more` are not listed. */
  readonly commits: readonly ReleaseCommit[];
  readonly more: number;
  /** By path; null lines: binary. */
  readonly files: readonly {
    readonly path: string;
    readonly added: number | null;
    readonly removed: number | null;
  }[];
}

/** Looks at what is here already and fetches nothing: for accounts of what went wrong, when the remote may be what went wrong. */
export interface SourceDifference {
  /** Null: one of the two is not here. */
  between(from: string, to: string): Promise<Difference | null>;
}
