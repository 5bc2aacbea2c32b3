import { type Queryable, query, queryOne } from './queryable.ts';

/** Something that changed. Written by triggers (0018-changes.up.sql), in the order of becoming visible: who has seen one has seen all before it. */
export interface Change {
  readonly id: number;
  readonly organisation: string;
  readonly project: string | null;
  readonly environment: string | null;
  readonly kind: string;
  readonly subject: string;
  /** What it came into by this; null: its kind has no state, or that is as it was. */
  readonly state: string | null;
  /** ISO 8601. */
  readonly at: string;
}

const COLUMNS = 'c.id, c.organisation, c.project, c.environment, c.kind, c.subject, c.state, c.at';

/** Oldest first. */
export const changesAfter = (db: Queryable, id: number, limit: number): Promise<Change[]> =>
  query(db, `select ${COLUMNS} from ops.changes c where c.id > $1 order by c.id limit $2`, [id, limit]);

export interface ChangeBounds {
  /** Everything up to this one is gone. */
  readonly removed: number;
  /** The newest there is, or was. */
  readonly newest: number;
}

export const changeBounds = async (db: Queryable): Promise<ChangeBounds> => {
  const bounds = await queryOne<ChangeBounds>(
    db,
    `select m.id as removed, greatest(m.id, coalesce((select max(id) from ops.changes), 0)) as newest
     from ops.change_marks m where m.name = 'removed'`,
  );
  return bounds ?? { removed: 0, newest: 0 };
};

/** Removes at most `limit` that are older than `before` (ISO 8601) and that were made into webhooks. Answers how many. */
export const pruneChanges = async (db: Queryable, before: string, limit: number): Promise<number> => {
  const row = await queryOne<{ gone: number }>(
    db,
    `with gone as (
       delete from ops.changes where id in (
         select id from ops.changes where at < $1 and id <= (select id from ops.change_marks where name = 'webhooks')
         order by id limit $2
       ) returning id
     ), marked as (
       update ops.change_marks set id = greatest(id, (select max(id) from gone)) where name = 'removed' and exists (select from gone)
     )
     select count(*) as gone from gone`,
    [before, limit],
  );
  return row?.gone ?? 0;
};

/** A change with what else decides which webhooks are told of it. */
export interface TellableChange extends Change {
  /** Of a run; null: it is none, or is gone. */
  readonly runKind: string | null;
  /** Of a run that takes a snapshot: which kind. */
  readonly wished: string | null;
  readonly stage: string | null;
}

const TELLABLE = `
  select ${COLUMNS}, r.kind as "runKind", r.facts->>'kind' as wished, e.stage
  from ops.changes c
    left join ops.runs r on c.kind = 'run' and r.id = c.subject
    left join ops.environments e on e.id = c.environment
  where c.id > $1 order by c.id limit $2`;

/** The next that no webhooks were made of. Whoever else asks waits until the transaction ends, and goes on behind it. */
export const takeTellable = async (tx: Queryable, limit: number): Promise<TellableChange[]> => {
  const mark = await queryOne<{ id: number }>(tx, `select id from ops.change_marks where name = 'webhooks' for update`);
  return query(tx, TELLABLE, [mark?.id ?? 0, limit]);
};

export const markTold = async (tx: Queryable, id: number): Promise<void> => {
  await query(tx, `update ops.change_marks set id = $1 where name = 'webhooks'`, [id]);
};
