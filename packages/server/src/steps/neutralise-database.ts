import { z } from 'zod';
import { neutralise } from '../odoo/neutralise/neutralise.ts';
import { identityOf, loginOf, odooDatabase } from './shared/odoo-database.ts';
import { readOwnSql } from './shared/own-sql.ts';
import { defineStep, done } from './step.ts';

const input = z.strictObject({
  of: odooDatabase,
  /** `arrival`: data came from elsewhere; `update`: modules were installed or updated; `restart`: the same data under new code. */
  occasion: z.enum(['arrival', 'update', 'restart']),
  /** Where the code of its modules is: a commit's folders (relative) and the base image. */
  code: z.strictObject({ project: z.string(), sha: z.string(), roots: z.array(z.string()), base: z.string() }),
});

/** Makes a copy its own and switches off what could reach the outside, in one transaction. Before any Odoo process may connect. */
export const neutraliseDatabase = defineStep({
  kind: 'neutralise-database',
  input,
  limit: () => 300,
  run: async ({ of, occasion, code }, { ports }) => {
    const [own, identity, login] = await Promise.all([
      occasion === 'restart' ? null : readOwnSql(code, ports),
      identityOf(of, ports),
      loginOf(of, ports),
    ]);
    const result = await ports.sql.write(login, (session) =>
      neutralise(session, { database: of.database, occasion, identity, own }),
    );
    const rows = Object.values(result.changed).reduce((sum, each) => sum + each, 0);
    const said = own === null ? '' : `${result.modules.length} modules’ own SQL, `;
    return done(`${of.database}: ${said}${result.entries} entries of ours, ${rows} rows changed`, result);
  },
});
