import { z } from 'zod';
import { busySessions } from '../odoo/read-only.ts';
import { MAINTENANCE } from './shared/await-quiet.ts';
import { defineStep, done, type StepContext, skipped } from './step.ts';

/**
 * A database of its own: handed out from the warm pool when a copy is ready, else cloned. Whole or absent, never half. PostgreSQL copies
 * none that somebody is connected to: who is at work in it is cut, and that is told.
 */
export const cloneDatabase = defineStep({
  kind: 'clone-database',
  input: z.strictObject({ from: z.string(), to: z.string(), role: z.string(), owner: z.string(), pooled: z.boolean() }),
  limit: () => 1800,
  run: async ({ pooled, ...copy }, { ports }) => {
    if (await ports.databases.exists(copy.to)) return skipped(`${copy.to} was there`);
    if (pooled && (await ports.pool.take({ template: copy.from, to: copy.to, role: copy.role, owner: copy.owner })))
      return done(`${copy.to} taken from the warm pool of ${copy.from}`, { pooled: true });
    const cut = await atWork(copy.from, ports);
    const said =
      cut === 0
        ? ''
        : `; ${cut === 1 ? '1 session' : `${cut} sessions`} at work in ${copy.from} ${cut === 1 ? 'was' : 'were'} ended`;
    const receipt = await ports.databases.clone(copy);
    return done(`${copy.to} cloned from ${copy.from}${said}`, receipt);
  },
});

const atWork = async (database: string, { databases }: StepContext['ports']): Promise<number> => {
  const [row] = await databases.query(MAINTENANCE, [busySessions(database, false)]);
  return Number(row?.['busy'] ?? 0);
};
