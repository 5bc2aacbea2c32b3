import { originNow } from './origin.ts';
import { json, type Queryable, query } from './queryable.ts';

export interface AuditEntry {
  readonly who: string;
  /** Verb and noun: `preview.open`. */
  readonly what: string;
  readonly target: string;
  /** Address or channel that it came from: `cli`, `github`, `203.0.113.7`. Default: that of the request, or `control-plane`. */
  readonly from?: string;
  /** Default: `ok`. */
  readonly result?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly organisation?: string;
}

/** Writes down who did what; the row can never be changed. In the transaction of the deed, both are kept or neither. */
export const recordAudit = async (db: Queryable, entry: AuditEntry): Promise<void> => {
  await query(
    db,
    `insert into ops.audit_log (who, what, target, from_where, result, details, project, organisation)
     select $1, $2, $3, $4, $5, coalesce($6::jsonb, '{}'), of.id, coalesce($7, of.organisation, 'default')
     from (values (1)) one
       left join ops.projects of on of.id = coalesce((select project from ops.runs where id = $3), split_part($3, '/', 1))`,
    [
      entry.who,
      entry.what,
      entry.target,
      entry.from ?? originNow() ?? 'control-plane',
      entry.result ?? 'ok',
      json(entry.details),
      entry.organisation ?? null,
    ],
  );
};
