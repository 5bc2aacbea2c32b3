import { type Queryable, query } from './queryable.ts';

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

/** True when it is news: an open event of this kind about this subject is not raised twice. */
export const raiseEvent = async (
  db: Queryable,
  event: Pick<EventRow, 'project' | 'kind' | 'subject' | 'message'>,
): Promise<boolean> =>
  (
    await query(
      db,
      `insert into ops.events (project, kind, subject, message) values ($1, $2, $3, $4)
       on conflict (project, kind, subject) where resolved_at is null do nothing returning id`,
      [event.project, event.kind, event.subject, event.message],
    )
  ).length > 0;

export const resolveEvent = async (
  db: Queryable,
  event: Pick<EventRow, 'project' | 'kind' | 'subject'>,
): Promise<void> => {
  await query(
    db,
    'update ops.events set resolved_at = now() where project = $1 and kind = $2 and subject = $3 and resolved_at is null',
    [event.project, event.kind, event.subject],
  );
};

/** Newest first. */
export const openEvents = (db: Queryable, project: string | null = null): Promise<EventRow[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.events where resolved_at is null and ($1::text is null or project = $1) order by at desc, id desc`,
    [project],
  );
