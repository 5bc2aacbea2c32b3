import { activeMailServers } from './checks/active-mail-servers.ts';
import { addresses } from './checks/addresses.ts';
import { codeThatCalls } from './checks/code-that-calls.ts';
import { modulesSettled } from './checks/modules-settled.ts';
import { scriptsInPages } from './checks/scripts-in-pages.ts';
import { ENTRIES } from './entries.ts';
import { asCheck, type Check } from './entry.ts';

/** Everything that is asked of a database before an Odoo that is not production may start on it. */
export const CHECKS: readonly Check[] = [
  ...ENTRIES.map(asCheck),
  activeMailServers,
  modulesSettled,
  codeThatCalls,
  scriptsInPages,
  addresses,
];
