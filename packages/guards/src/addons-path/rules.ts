import { finder } from '../find.ts';
import type { Rule } from '../guard.ts';

export const RULES = [
  {
    id: 'addons-path/missing',
    severity: 'error',
    why: 'Where an addons folder is left out, its modules do not exist: what works on one machine is not installed on another.',
  },
  {
    id: 'addons-path/extra',
    severity: 'error',
    why: 'A folder that only one place names brings modules that the other environments do not have.',
  },
  {
    id: 'addons-path/order',
    severity: 'error',
    why: 'Of two modules with one name Odoo takes the first on the path: another order can run other code.',
  },
  {
    id: 'addons-path/no-modules',
    severity: 'error',
    why: 'Odoo stops, or finds nothing, at a folder that is not there or holds no module one level below it.',
  },
] as const satisfies readonly Rule[];

export const find = finder(RULES);
