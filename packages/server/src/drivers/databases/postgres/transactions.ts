import { Failure } from '@slipway/contracts/failure';
import type pg from 'pg';
import { quoteText } from '../../../domain/quote.ts';
import type { SqlDatabases, SqlLogin, SqlSession } from '../../../ports/sql-databases.ts';
import type { AdminClient } from './client.ts';
import { asDatabaseFailure } from './failures.ts';

/** A statement that waits for a lock or runs away holds up a deploy, or somebody's database. */
const LIMITS = `set local lock_timeout = '30s'; set local statement_timeout = '120s'; set local search_path = public`;

export const openTransactions = (admin: AdminClient): SqlDatabases => ({
  write: (login, work) =>
    inTransaction(admin, login, 'begin', (client) =>
      work({ run: runner(client), script: (text) => runScript(client, text) }),
    ),
  read: (login, work) =>
    inTransaction(admin, login, 'begin isolation level repeatable read read only', (client) =>
      work({
        run: runner(client),
        script: async () => {
          throw new Failure('database-refused', { reason: 'a script is for a transaction that writes' });
        },
      }),
    ),
});

const inTransaction = <T>(
  admin: AdminClient,
  login: SqlLogin,
  begin: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> =>
  admin.guest(login, async (client) => {
    await client.query(begin);
    await client.query(LIMITS);
    const result = await work(client);
    // After a failure the connection is closed, which ends the transaction without a trace.
    await client.query('commit');
    return result;
  });

const runner =
  (client: pg.Client): SqlSession['run'] =>
  async ({ text, parameters }) => {
    const { rows, rowCount } = await inOurTable(client.query(text, [...parameters]));
    return { rows, count: rowCount ?? rows.length };
  };

/** Inside a function, where PostgreSQL takes no `commit`: a text that brings one would keep what came before it, whatever fails afterwards. */
const runScript = async (client: pg.Client, text: string): Promise<void> => {
  const body = `begin execute ${quoteText(text)}; end`;
  await inOurTable(client.query(`do language plpgsql ${quoteText(body)}`));
};

/** Here and not only around it all: who asked knows which statement it was. */
const inOurTable = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw asDatabaseFailure(error);
  });
