import { troubleNotice } from '../domain/notice-words.ts';
import { queueNotice } from './notices.ts';
import { inTransaction, type Queryable, query, queryOne } from './queryable.ts';

/** Something that people have to know, from when it began to when it was over. */
export interface EventRow {
  readonly project: string;
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
  readonly at: string;
  readonly resolvedAt: string | null;
}

const COLUMNS = `project, kind, subject, message, at, resolved_at as "resolvedAt"`;

/** True when it is news: an open event of this kind about this subject is not raised twice. Who is to be told is written down with it. */
export const raiseEvent = (
  db: Queryable,
  event: Pick<EventRow, 'project' | 'kind' | 'subject' | 'message'>,
): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const [raised] = await query<{ id: number }>(
      tx,
      `insert into ops.events (project, kind, subject, message) values ($1, $2, $3, $4)
       on conflict (project, kind, subject) where resolved_at is null do nothing returning id`,
      [event.project, event.kind, event.subject, event.message],
    );
    if (raised === undefined) return false;
    await queueNotice(tx, troubleNotice({ ...event, id: raised.id }, 'open'));
    return true;
  });

export const resolveEvent = (db: Queryable, event: Pick<EventRow, 'project' | 'kind' | 'subject'>): Promise<void> =>
  inTransaction(db, async (tx) => {
    const resolved = await query<{ id: number }>(
      tx,
      `update ops.events set resolved_at = now() where project = $1 and kind = $2 and subject = $3 and resolved_at is null
       returning id`,
      [event.project, event.kind, event.subject],
    );
    for (const { id } of resolved) await queueNotice(tx, troubleNotice({ ...event, id }, 'over'));
  });

/** Without what was said of it, which may quote the world; null: there is none. */
export const eventById = (
  db: Queryable,
  id: string,
): Promise<Pick<EventRow, 'project' | 'kind' | 'subject' | 'at' | 'resolvedAt'> | null> =>
  queryOne(db, `select project, kind, subject, at, resolved_at as "resolvedAt" from ops.events where id = $1::bigint`, [
    id,
  ]);

/** Newest first. */
export const openEvents = (db: Queryable, project: string | null = null): Promise<EventRow[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.events where resolved_at is null and ($1::text is null or project = $1) order by at desc, id desc`,
    [project],
  );
