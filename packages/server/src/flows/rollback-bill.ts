import type { RollbackBill } from '@slipway/contracts/rollback-views';
import { environmentId } from '../domain/names.ts';
import { type Bill, readBill } from '../odoo/bill/read-bill.ts';
import type { SqlSession } from '../ports/sql-databases.ts';
import { loginOf } from '../steps/shared/odoo-database.ts';
import { requireEnvironment } from '../store/environments.ts';
import type { Slipway } from './slipway.ts';

/** More of one document is a file that nobody reads; all are counted. */
const LISTED = 500;
/** For one question to one table: somebody waits, and production is at work. */
const SECONDS = 20;

/**
 * What going back to how production was at `since` would lose. `since` is when writes were held and the former database was as it is
 * now, not when traffic was switched: Odoo stamps a record with the moment its transaction began. `formerDatabase`: kept as the way
 * back; with it, what was deleted is known too. Reads only. Failures: environment-unknown, odoo-missing, database-refused.
 */
export const rollbackBill = async (
  slipway: Slipway,
  wish: { readonly project: string; readonly since: Date; readonly formerDatabase: string | null },
): Promise<RollbackBill> => {
  const { id, database, role } = await requireEnvironment(slipway.db, environmentId(wish.project, 'production'));
  const { sql } = slipway.ports;
  const since = wish.since.toISOString();
  const asked = { database, since, listed: LISTED, seconds: SECONDS };
  const login = await loginOf({ owner: id, database, role }, slipway.ports);
  const former = wish.formerDatabase;
  const read = (current: SqlSession): Promise<Bill> =>
    former === null
      ? readBill(current, null, asked)
      : sql.read({ ...login, database: former }, (before) => readBill(current, before, asked));
  const takenAt = slipway.clock.now().toISOString();
  const { documents, unread } = await sql.read(login, read);
  return {
    project: wish.project,
    database,
    former,
    since,
    takenAt,
    listed: LISTED,
    documents: [...documents],
    unread: [...unread],
  };
};
