import type { AuditView } from '@slipway/contracts/audit-view';
import { namesOf } from '../store/names.ts';
import { type Queryable, query } from '../store/queryable.ts';

export interface AuditFilter {
  /** Null: of all projects, and of none. */
  readonly project: string | null;
  readonly who: string | null;
  /** A name, or the beginning of some with its dot: `preview.`. */
  readonly what: string | null;
  readonly since: string | null;
  readonly organisation: string;
  readonly limit: number;
  /** Id of the last row of the page before. */
  readonly after: number | null;
}

const SQL = `
  select id, who, what, target, at, from_where as "from", result, details from ops.audit_log
  where organisation = $1 and ($2::text is null or coalesce(project, split_part(target, '/', 1)) = $2) and ($3::text is null or who = $3)
    and ($4::text is null or what collate "C" = $4 or (right($4, 1) = '.' and starts_with(what collate "C", $4)))
    and ($5::timestamptz is null or at >= $5) and ($6::bigint is null or id < $6)
  order by id desc limit $7`;

/** Newest first. */
export const auditViews = async (db: Queryable, filter: AuditFilter): Promise<AuditView[]> => {
  const rows = await query<Omit<AuditView, 'name'>>(db, SQL, [
    filter.organisation,
    filter.project,
    filter.who,
    filter.what,
    filter.since,
    filter.after,
    filter.limit,
  ]);
  const names = await namesOf(
    db,
    rows.map(({ who }) => who),
  );
  return rows.map((row) => ({ ...row, name: names.get(row.who) ?? null }));
};
