import type { Queryable } from './queryable.ts';

export interface Audit {
  readonly who: string;
  readonly what: string;
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Append-only: the table refuses changes. */
export const recordAudit = async (db: Queryable, { who, what, target, details }: Audit): Promise<void> => {
  await db.query(`insert into ops.audit_log (who, what, from_where, target, result, details) values ($1, $2, 'api', $3, 'accepted', $4)`, [
    who, what, target, JSON.stringify(details),
  ]);
};
