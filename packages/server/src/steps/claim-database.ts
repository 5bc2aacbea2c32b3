import { z } from 'zod';
import { claimStatements } from '../odoo/claim.ts';
import { identityOf, loginOf, odooDatabase } from './shared/odoo-database.ts';
import { defineStep, done } from './step.ts';

/** A new production gets a password and an identity of its own before anybody can reach it. */
export const claimDatabase = defineStep({
  kind: 'claim-database',
  input: z.strictObject({ of: odooDatabase }),
  limit: () => 60,
  run: async ({ of }, { ports }) => {
    const identity = await identityOf(of, ports);
    await ports.sql.write(await loginOf(of, ports), (session) => session.runAll(claimStatements(identity)));
    return done(`${of.database} has a password and an identity of its own`);
  },
});
