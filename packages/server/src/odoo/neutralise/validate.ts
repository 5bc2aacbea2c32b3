import type { Statement } from '../../ports/database-copy.ts';
import type { SqlAnswer, SqlSession } from '../../ports/sql-databases.ts';
import { CHECKS } from './checks.ts';
import type { Columns } from './columns.ts';
import { applies, type Check } from './entry.ts';
import type { Identity } from './identity.ts';
import { askColumns } from './neutralise.ts';

export interface Finding {
  readonly id: string;
  readonly severity: Check['severity'];
  readonly meaning: string;
  readonly mend: string;
  readonly rows: number;
  /** Which records, never their content; some of them. */
  readonly examples: readonly string[];
}

export interface Validation {
  /** Nothing that refuses a start was found. */
  readonly ok: boolean;
  readonly asked: readonly string[];
  /** Not asked: the table is not there, or it takes an identity that is not known. */
  readonly skipped: readonly string[];
  readonly findings: readonly Finding[];
}

const EXAMPLES = 3;

/** Looks at the database itself. `arrival`: also what must have gone when the data came. */
export const validate = async (
  session: SqlSession,
  wish: {
    readonly database: string;
    readonly identity: Identity | null;
    readonly arrival: boolean;
    readonly checks?: readonly Check[];
  },
): Promise<Validation> => {
  const all = (wish.checks ?? CHECKS).filter(({ holds }) => wish.arrival || holds === 'always');
  const columns = await askColumns(session, all, wish.database);
  const given = { columns, identity: wish.identity };
  const queries = all.map((check) => questionOf(check, given));
  const answers = (await session.runAll(queries.filter((query) => query !== null)))[Symbol.iterator]();
  const asked: string[] = [];
  const skipped: string[] = [];
  const findings: Finding[] = [];
  for (const [place, check] of all.entries()) {
    if (queries[place] === null) {
      skipped.push(check.id);
      continue;
    }
    asked.push(check.id);
    const found = findingOf(check, answers.next().value?.rows ?? []);
    if (found !== null) findings.push(found);
  }
  return { ok: findings.every(({ severity }) => severity === 'tell'), asked, skipped, findings };
};

/** Null: nothing to ask here. */
const questionOf = (
  check: Check,
  given: { readonly columns: Columns; readonly identity: Identity | null },
): Statement | null => {
  const query = applies(check, given.columns) ? check.query(given) : null;
  return (
    query && {
      text: `select what, count(*) over () as total from (${query.text}) as found limit ${EXAMPLES}`,
      parameters: query.parameters,
    }
  );
};

const findingOf = (check: Check, rows: SqlAnswer['rows']): Finding | null => {
  if (rows.length === 0) return null;
  const { id, severity, meaning, mend } = check;
  const examples = rows.map(({ what }) => String(what));
  return { id, severity, meaning, mend, rows: Number(rows[0]?.['total']), examples };
};
