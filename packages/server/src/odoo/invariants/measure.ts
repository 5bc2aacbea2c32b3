import { canonical } from '@slipway/contracts/decimal';
import { Failure } from '@slipway/contracts/failure';
import type { OwnInvariant } from '@slipway/contracts/invariants-config';
import type { Figure, Figures, MeasuredInvariant } from '@slipway/contracts/invariants-views';
import type { SqlSession } from '../../ports/sql-databases.ts';
import { type Columns, columnsQuery, ODOO, readColumns } from '../neutralise/columns.ts';
import { INVARIANTS } from './all.ts';
import type { FigureRow, Invariant } from './invariant.ts';
import { headOf, ownRows } from './own.ts';

/**
 * All figures of one moment, for which the session has to be one transaction of REPEATABLE READ: Odoo may go on writing.
 * What cannot be asked says why; it is for whoever compares to judge that. Failure: odoo-missing.
 */
export const measureInvariants = async (
  session: SqlSession,
  wish: {
    /** What the figures are of: an environment, a database. */
    readonly subject: string;
    readonly own: readonly OwnInvariant[];
    readonly invariants?: readonly Invariant[];
  },
): Promise<Figures> => {
  const invariants = wish.invariants ?? INVARIANTS;
  const columns = await lookAt(session, invariants, wish.subject);
  const taken = await session.run({ text: 'select now()::timestamptz as now', parameters: [] });
  const measured: MeasuredInvariant[] = [];
  for (const one of invariants) measured.push(await measureOne(session, one, columns));
  for (const one of wish.own) {
    const head = headOf(one);
    measured.push({ ...head, ...(await attempt(session, () => ownRows(session, one), head.title)) });
  }
  const takenAt = taken.rows[0]?.['now'];
  return {
    format: 1,
    subject: wish.subject,
    takenAt: takenAt instanceof Date ? takenAt.toISOString() : String(takenAt),
    invariants: measured,
  };
};

const lookAt = async (session: SqlSession, invariants: readonly Invariant[], database: string): Promise<Columns> => {
  const looked = Object.fromEntries(invariants.flatMap(({ looks = [] }) => looks.map((table) => [table, []])));
  const query = columnsQuery([...invariants, { needs: { ...looked, [ODOO]: [] } }]);
  const columns = readColumns((await session.run(query)).rows);
  if (!columns.has(ODOO)) throw new Failure('odoo-missing', { database });
  return columns;
};

type Result = Pick<MeasuredInvariant, 'state' | 'why' | 'figures'>;

const measureOne = async (session: SqlSession, one: Invariant, columns: Columns): Promise<MeasuredInvariant> => {
  const { id, title, means, compare, within, fresh } = one;
  const head = { id, title, means, own: false, compare, within, fresh };
  const missing = missingOf(one, columns);
  if (missing !== null) return { ...head, state: 'absent', why: missing, figures: [] };
  return { ...head, ...(await attempt(session, () => one.rows(session, columns), null)) };
};

const missingOf = ({ needs, module }: Invariant, columns: Columns): string | null => {
  for (const [table, names] of Object.entries(needs)) {
    const found = columns.get(table);
    if (found === undefined)
      return `there is no table ${table}: module ${module} is not installed, or of another series`;
    const lacking = names.find((name) => !found.has(name));
    if (lacking !== undefined) return `${table} has no column ${lacking} in this series`;
  }
  return null;
};

/** Under a savepoint: one that cannot be asked does not take the others with it, and what was set for one is undone. */
const attempt = async (
  session: SqlSession,
  rows: () => Promise<readonly FigureRow[]>,
  title: string | null,
): Promise<Result> => {
  await session.run({ text: 'savepoint invariant', parameters: [] });
  const result = await rows().then(
    (found): Result => ({ state: 'measured', why: null, figures: figuresOf(found, title) }),
    (error: unknown): Result => {
      if (!(error instanceof Failure) || error.code !== 'database-refused') throw error;
      return { state: 'failed', why: String(error.facts['reason']), figures: [] };
    },
  );
  await session.run({ text: 'rollback to savepoint invariant', parameters: [] });
  await session.run({ text: 'release savepoint invariant', parameters: [] });
  return result;
};

const figuresOf = (rows: readonly FigureRow[], title: string | null): Figure[] =>
  rows
    .map((row): Figure => {
      const says = String(row['says']);
      const unit = row['unit'] as Figure['unit'];
      const value = String(row['value'] ?? '');
      return {
        key: String(row['key']),
        of: title === null ? says : says === '' ? title : `${title}: ${says}`,
        unit,
        value: unit === 'text' ? value : canonical(value),
      };
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
