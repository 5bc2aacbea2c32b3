import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { validate } from '../odoo/neutralise/validate.ts';
import { identityOf, loginOf, odooDatabase } from './shared/odoo-database.ts';
import { defineStep, done } from './step.ts';

const input = z.strictObject({
  of: odooDatabase,
  /** Also what must have gone when the data came; without it only what must hold for as long as the environment lives. */
  arrival: z.boolean(),
});

/** Looks at the database itself before an Odoo starts on it: an environment that could reach the outside does not start. */
export const validateDatabase = defineStep({
  kind: 'validate-database',
  input,
  limit: () => 120,
  run: async ({ of, arrival }, { ports, log }) => {
    const [identity, login] = await Promise.all([identityOf(of, ports), loginOf(of, ports)]);
    const result = await ports.sql.read(login, (session) =>
      validate(session, { database: of.database, identity, arrival }),
    );
    for (const { id, severity, meaning, examples, rows } of result.findings)
      log('step', `${severity === 'refuse' ? 'refused' : 'note'} ${id}: ${meaning} (${rows}: ${examples.join(', ')})`);
    if (!result.ok) {
      const failed = result.findings.filter(({ severity }) => severity === 'refuse');
      const text = failed.map(({ id, examples }) => `${id} (${examples.join(', ')})`).join('; ');
      throw new Failure('not-neutralised', { environment: of.environment, database: of.database, failed: text });
    }
    return done(`${of.database}: ${result.asked.length} checks hold`, result);
  },
});
