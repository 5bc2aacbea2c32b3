import type { Secret } from '../domain/secret.ts';
import type { DatabaseAddress } from './database-copy.ts';

/** Where a database of the server that holds Odoo's databases is reached, as one of its roles; the address holds the password. */
export interface DatabaseAddresses {
  addressOf(database: string, role: string, password: Secret): DatabaseAddress;
}
