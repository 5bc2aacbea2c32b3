export interface Commit {
  readonly sha: string;
  readonly message: string;
  readonly author: string;
  /** ISO 8601. */
  readonly committedAt: string;
}
