import type { Receipt } from '../domain/receipt.ts';
import type { Secret } from '../domain/secret.ts';

export interface ReadingRole {
  readonly role: string;
  readonly password: Secret;
  readonly database: string;
  /** Environment id, for the inventory. */
  readonly owner: string;
  /** ISO: nobody logs in as it afterwards. */
  readonly until: string;
}

/** Roles that may read one database and write nothing, whatever they set. Failures: database-unreachable (retry), database-refused. */
export interface ReadingRoles {
  ensureReader(reader: ReadingRole): Promise<Receipt>;
  /** Ends its sessions; takes away what it was given and what it made, in every database. One that is not there is success. */
  dropReader(role: string): Promise<Receipt>;
}
