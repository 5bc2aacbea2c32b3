import { Failure } from '@slipway/contracts/failure';
import type { SqlSession } from '../../ports/sql-databases.ts';

/** A file that a module of Odoo may bring; `odoo neutralize` runs it. */
export const OWN_SQL = 'data/neutralize.sql';

/** What a module's folder says; first on the addons path wins, as in Odoo. */
export interface OwnSql {
  /** Modules that have code. */
  readonly modules: ReadonlySet<string>;
  /** Text by module. */
  readonly texts: ReadonlyMap<string, string>;
}

/** As Odoo asks; a state that means "not yet" has left nothing in the database. */
const INSTALLED = `select name from ir_module_module where state in ('installed', 'to upgrade', 'to remove') order by name <> 'base', name`;

/**
 * Runs the SQL of every installed module. Odoo itself skips a module whose code is not there: nobody would know what it left
 * switched on, so here that is an error. Odoo has no order; `base` first and then by name is one that stays.
 */
export const runOwnSql = async (session: SqlSession, own: OwnSql, database: string): Promise<string[]> => {
  const { rows } = await session.run({ text: INSTALLED, parameters: [] });
  const installed = rows.map(({ name }) => String(name));
  if (!installed.includes('base')) throw new Failure('odoo-missing', { database });
  const missing = installed.filter((name) => !own.modules.has(name));
  if (missing.length > 0) throw new Failure('module-code-missing', { modules: missing.join(', '), database });
  const done: string[] = [];
  for (const name of installed) {
    const text = own.texts.get(name);
    if (text === undefined || text.trim() === '') continue;
    await runOne(session, name, text);
    done.push(name);
  }
  return done;
};

const runOne = async (session: SqlSession, module: string, text: string): Promise<void> => {
  try {
    await session.script(text);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'database-refused') throw error;
    throw new Failure('neutralise-failed', { what: `${module}/${OWN_SQL}`, reason: error.facts['reason'] }, error);
  }
};
