/** What a release leaves in the repository that everybody works with. Failures: repository-unreachable, source-host-unavailable (retry), source-host-refused. */
export interface ReleaseBranch {
  /** Moves a branch forward to a commit, or makes it; that it is there already is well. Failures: branch-diverged, branch-refused. */
  forward(branch: string, sha: string): Promise<'moved' | 'made' | 'there'>;
  /** An annotated tag `<prefix>-<n>` of a commit; one of that prefix that the commit has already is answered. Failure: branch-refused. */
  tag(tag: { readonly prefix: string; readonly sha: string; readonly message: string }): Promise<string>;
}
