/** One tracked file. `path` is relative to the root, with `/`. */
export interface TreeFile {
  readonly path: string;
  readonly bytes: number;
}

/** A checkout, read and never written. Symbolic links that lead out of it are not followed. */
export interface Tree {
  /** Sorted by path; without `.git`, `node_modules`, `.slipway`, and what git ignores when it is a git checkout. */
  readonly files: readonly TreeFile[];
  /** Symbolic links that were not followed, since they lead out, in a circle, or nowhere. */
  readonly links?: ReadonlySet<string>;
  /** Null: not there, outside, or larger than MOST_BYTES. */
  read(path: string): Promise<Buffer | null>;
  /** Null also: binary, or not UTF-8. */
  text(path: string): Promise<string | null>;
}

/** Larger files are data, not configuration: nobody's memory is to depend on what a stranger commits. */
export const MOST_BYTES = 5 * 1024 * 1024;
