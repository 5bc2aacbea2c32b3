import type { Receipt } from '../domain/receipt.ts';

/** Odoo names the folder of its attachments after the database. */
export interface FilestoreName {
  readonly owner: string;
  readonly database: string;
}

/** Odoo data folders (attachments, sessions) on the host, one per environment or template. Safe to repeat. Failure: disk-full. */
export interface Filestores {
  /** Absolute folder of an environment's or template's data; exists afterwards. The target gives it to the image's user. */
  ensure(owner: string): Promise<string>;
  /** Cheap copy (reflink, else hard links: Odoo never rewrites an attachment in place); done under a temporary name and renamed. */
  clone(from: FilestoreName, to: FilestoreName): Promise<Receipt>;
  /** Begins that copy without waiting for it: `clone` of the same owner then waits for what is left of it. Tells of no failure. */
  expect(from: FilestoreName, to: FilestoreName): void;
  /** Makes the attachments of `owner` also reachable under another database name: for an update that runs on a copy. */
  alias(owner: string, database: string, also: string): Promise<Receipt>;
  /** The attachments of `from` beside those that `to` has; cheap like `clone`. */
  add(from: FilestoreName, to: FilestoreName): Promise<Receipt>;
  /** Removes attachments whose path (`ab/abcdef…`) is not in `keep`; the receipt says how many. With nothing to keep, nothing is left. */
  retain(of: FilestoreName, keep: ReadonlySet<string>): Promise<Receipt>;
  remove(owner: string): Promise<Receipt>;
}
