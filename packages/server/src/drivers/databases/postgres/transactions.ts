import { Failure } from '@slipway/contracts/failure';
import type pg from 'pg';
import { quoteText } from '../../../domain/quote.ts';
import type { Statement } from '../../../ports/database-copy.ts';
import type { SqlAnswer, SqlDatabases, SqlLogin, SqlSession } from '../../../ports/sql-databases.ts';
import type { AdminClient } from './client.ts';
import { asDatabaseFailure } from './failures.ts';

/** A statement that waits for a lock or runs away holds up a deploy, or somebody's database. */
const LIMITS = `set local lock_timeout = '30s'; set local statement_timeout = '120s'; set local search_path = public`;

export const openTransactions = (admin: AdminClient): SqlDatabases => ({
  write: (login, work) =>
    inTransaction(admin, login, 'begin', (client) =>
      work({ ...runners(client), script: (text) => runScript(client, text) }),
    ),
  read: (login, work) =>
    inTransaction(admin, login, 'begin isolation level repeatable read read only', (client) =>
      work({
        ...runners(client),
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

/** Inside a transaction of the caller's. */
export const runners = (client: pg.Client): Pick<SqlSession, 'run' | 'runAll'> => {
  const run: SqlSession['run'] = async ({ text, parameters }) =>
    answerOf(await inOurTable(client.query(text, [...parameters])));
  return {
    run,
    runAll: async (statements) => {
      const answers: SqlAnswer[] = [];
      for (const group of groupsOf(statements)) {
        const [only] = group;
        if (group.length === 1 && only !== undefined) answers.push(await run(only));
        else answers.push(...(await together(client, group)));
      }
      return answers;
    },
  };
};

/** Statements in a row that have no parameters travel as one text; PostgreSQL takes parameters for one statement only. */
const groupsOf = (statements: readonly Statement[]): readonly Statement[][] => {
  const groups: Statement[][] = [];
  for (const statement of statements) {
    const last = groups.at(-1);
    const plain = statement.parameters.length === 0;
    if (plain && last?.[0]?.parameters.length === 0) last.push(statement);
    else groups.push([statement]);
  }
  return groups;
};

/** Under a savepoint: after a failure the caller can find out in the same transaction which one it was. */
const together = async (client: pg.Client, group: readonly Statement[]): Promise<readonly SqlAnswer[]> => {
  const text = ['savepoint together', ...group.map((one) => one.text), 'release savepoint together'].join(';\n');
  try {
    // For several statements pg answers a list, which its types do not say.
    const results = (await inOurTable(client.query(text))) as unknown as readonly pg.QueryResult[];
    return results.slice(1, -1).map(answerOf);
  } catch (error) {
    await client.query('rollback to savepoint together').catch(() => undefined);
    throw error;
  }
};

const answerOf = ({ rows, rowCount }: pg.QueryResult): SqlAnswer => ({ rows, count: rowCount ?? rows.length });

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
