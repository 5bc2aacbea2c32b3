import type { SqlSession } from '../../ports/sql-databases.ts';
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
  const asked: string[] = [];
  const skipped: string[] = [];
  const findings: Finding[] = [];
  for (const check of all) {
    const found = await ask(session, check, { columns, identity: wish.identity });
    (found === 'skipped' ? skipped : asked).push(check.id);
    if (found !== 'skipped' && found !== null) findings.push(found);
  }
  return { ok: findings.every(({ severity }) => severity === 'tell'), asked, skipped, findings };
};

const ask = async (
  session: SqlSession,
  check: Check,
  given: { readonly columns: Columns; readonly identity: Identity | null },
): Promise<Finding | null | 'skipped'> => {
  const query = applies(check, given.columns) ? check.query(given) : null;
  if (query === null) return 'skipped';
  const { rows } = await session.run({
    text: `select what, count(*) over () as total from (${query.text}) as found limit ${EXAMPLES}`,
    parameters: query.parameters,
  });
  if (rows.length === 0) return null;
  const { id, severity, meaning, mend } = check;
  const examples = rows.map(({ what }) => String(what));
  return { id, severity, meaning, mend, rows: Number(rows[0]?.['total']), examples };
};
