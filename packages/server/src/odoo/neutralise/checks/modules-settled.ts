import { type Check, sql } from '../entry.ts';

export const modulesSettled: Check = {
  id: 'modules-settled',
  meaning:
    'A module waits to be installed or updated: Odoo would do it at its next start, and it may bring scheduled actions that run.',
  mend: 'Install or update it by Slipway, or cancel it in Apps.',
  holds: 'always',
  severity: 'refuse',
  needs: { ir_module_module: ['name', 'state'] },
  query: () =>
    sql(
      `select 'module ' || name as what from ir_module_module where state in ('to install', 'to upgrade', 'to remove')`,
    ),
};
