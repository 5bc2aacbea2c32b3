/** What is deployed: a commit, the image that was built of it, and what its modules are made of. Staging proves it; production gets the same one. */
export interface Release {
  readonly sha: string;
  /** The build that made the image, `bld_…`. */
  readonly build: string;
  /** The image by its content-addressed name, and its id as the engine answered it when it was built. */
  readonly image: string;
  readonly imageDigest: string;
  readonly lockHash: string;
  readonly contentHash: string;
}

/** One commit that would go live. */
export interface ReleaseCommit {
  readonly sha: string;
  readonly author: string;
  readonly email: string;
  /** First line. */
  readonly subject: string;
  /** ISO time. */
  readonly at: string;
}
