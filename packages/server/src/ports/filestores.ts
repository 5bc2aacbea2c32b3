import type { Receipt } from '../domain/receipt.ts';

/** Odoo data folders (attachments, sessions) on the host, one per environment or template. Safe to repeat. Failure: disk-full. */
export interface Filestores {
  /** Absolute folder of an environment's or template's data; exists afterwards, writable by the image's Odoo user. */
  ensure(owner: string, user: { readonly uid: number; readonly gid: number }): Promise<string>;
  /** Cheap copy (reflink, else hard links: Odoo never rewrites an attachment in place); done under a temporary name and renamed. */
  clone(from: string, to: string): Promise<Receipt>;
  remove(owner: string): Promise<Receipt>;
}
