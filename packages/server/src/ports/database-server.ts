import type { Receipt } from '../domain/receipt.ts';
import type { Secret } from '../domain/secret.ts';
import type { DatabaseAccess } from './workload.ts';

export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/**
 * The PostgreSQL server that holds Odoo's databases. Safe to repeat. Identifiers are quoted by one function.
 * An environment's role can connect to its own database and to no other.
 * Failures: database-unreachable (retry), database-refused, disk-full.
 */
export interface DatabaseServer {
  readonly access: DatabaseAccess;
  /** Creates the role or sets its password. No superuser, no CREATEDB, no CREATEROLE. `owner` = environment id, for the inventory. */
  ensureRole(role: string, password: Secret, owner: string): Promise<Receipt>;
  /** An empty database owned by `role`; nobody else may connect. Does nothing if it exists. */
  create(database: string, role: string, owner: string): Promise<Receipt>;
  /**
   * `to` becomes a copy of `from`, usable by `role` only. Made under a temporary name and renamed, so `to` exists only when whole;
   * does nothing if `to` exists. Sessions on `from` are ended first.
   */
  clone(copy: {
    readonly from: string;
    readonly to: string;
    readonly role: string;
    readonly owner: string;
  }): Promise<Receipt>;
  /** Ends sessions on `from` and renames it. If `from` is gone and `to` exists: done before. */
  rename(from: string, to: string): Promise<Receipt>;
  exists(database: string): Promise<boolean>;
  drop(database: string): Promise<Receipt>;
  dropRole(role: string): Promise<Receipt>;
  /**
   * Statements in a database, as the server's administrator, over one connection and all or none of them; answers the rows of the last.
   * They are ours, never a user's.
   */
  query(database: string, statements: readonly Statement[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Ready-made copies of templates that are handed out by a rename (25 ms) instead of a clone (0.7 s and more). */
export interface WarmPool {
  /** Nobody may connect to the template any more: it can be copied at any time. */
  freeze(template: string): Promise<void>;
  /** Hands one out as `to`; false when there is none ready. */
  take(request: {
    readonly template: string;
    readonly to: string;
    readonly role: string;
    readonly owner: string;
  }): Promise<boolean>;
  /** Makes copies until `want` are ready. */
  fill(template: string, want: number): Promise<number>;
  /** Drops the copies of a template. */
  drain(template: string): Promise<void>;
}
