import { Failure } from '@slipway/contracts/failure';
import { quoteName, quoteText } from '../../../domain/quote.ts';
import type { Session } from './client.ts';

/** Whose a database or role is: kept as its COMMENT, because PostgreSQL has no labels. */
export interface Mark {
  readonly slipway: string;
  readonly owner: string;
  /** ISO 8601. */
  readonly at: string;
}

export type Marked = 'DATABASE' | 'ROLE';

const QUERIES: Readonly<Record<Marked, string>> = {
  DATABASE: `SELECT d.datname AS name, shobj_description(d.oid, 'pg_database') AS comment FROM pg_database d
    WHERE $1::name IS NULL OR d.datname = $1 ORDER BY 1`,
  ROLE: `SELECT d.rolname AS name, shobj_description(d.oid, 'pg_authid') AS comment FROM pg_roles d
    WHERE $1::name IS NULL OR d.rolname = $1 ORDER BY 1`,
};

export interface Found {
  readonly name: string;
  readonly mark: Mark | null;
}

/** A comment that is not ours is nobody's mark. */
export const readMark = (comment: unknown): Mark | null => {
  if (typeof comment !== 'string' || !comment.startsWith('{')) return null;
  try {
    const mark = JSON.parse(comment) as Partial<Mark>;
    if (typeof mark.slipway !== 'string' || typeof mark.owner !== 'string') return null;
    return { slipway: mark.slipway, owner: mark.owner, at: typeof mark.at === 'string' ? mark.at : '' };
  } catch {
    return null;
  }
};

export const list = async (session: Session, kind: Marked): Promise<Found[]> =>
  (await session.run(QUERIES[kind], [null])).map((row) => ({
    name: String(row.name),
    mark: readMark(row.comment),
  }));

export const find = async (session: Session, kind: Marked, name: string): Promise<Found | null> => {
  const [row] = await session.run(QUERIES[kind], [name]);
  return row === undefined ? null : { name, mark: readMark(row.comment) };
};

export const mark = async (session: Session, kind: Marked, name: string, value: Mark): Promise<void> => {
  const text = quoteText(JSON.stringify(value));
  if (kind === 'DATABASE') await session.run(`COMMENT ON DATABASE ${quoteName(name)} IS ${text}`);
  else await session.run(`COMMENT ON ROLE ${quoteName(name)} IS ${text}`);
};

/** A database of the same name that somebody else made is never touched: it could be a production. */
export const refuseStrangers = (kind: Marked, found: Found, instance: string): void => {
  if (found.mark?.slipway === instance || found.name.startsWith(`slipway_${instance}_`)) return;
  const whose = found.mark === null ? 'was not made by Slipway' : `belongs to the Slipway "${found.mark.slipway}"`;
  throw new Failure('database-refused', { reason: `${kind.toLowerCase()} ${found.name} ${whose}; it is left alone` });
};
