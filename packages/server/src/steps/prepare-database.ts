import { z } from 'zod';
import { preparePreview } from '../odoo/prepare-preview.ts';
import { defineStep, done } from './step.ts';

/** Makes a copy its own: passwords, identity, addresses, no mail, no crons. Before any Odoo process may connect. */
export const prepareDatabase = defineStep({
  kind: 'prepare-database',
  input: z.strictObject({ owner: z.string(), database: z.string(), url: z.string(), series: z.string() }),
  limit: () => 120,
  run: async ({ owner, database, url, series }, { ports }) => {
    const statements = preparePreview({
      series,
      url,
      adminPassword: await ports.secrets.ensure(owner, 'admin-password'),
      databaseUuid: await ports.secrets.ensure(owner, 'database-uuid'),
      databaseSecret: await ports.secrets.ensure(owner, 'database-secret'),
    });
    await ports.databases.query(database, statements);
    return done(`${database}: own passwords and identity, mail and crons off`, { statements: statements.length });
  },
});
