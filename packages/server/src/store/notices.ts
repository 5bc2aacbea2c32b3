import { createHash } from 'node:crypto';
import type { NotifySettings } from '@slipway/contracts/notify-config';
import { channelsFor } from '../decide/notify.ts';
import type { Notice } from '../domain/notice.ts';
import type { NoticeDraft } from '../domain/notice-words.ts';
import { json, type Queryable, query, queryOne } from './queryable.ts';

/** A message that waits for its channel. */
export interface WaitingNotice {
  readonly id: string;
  readonly project: string;
  readonly channel: string;
  readonly notice: Notice;
  /** With the one that is due now. */
  readonly attempts: number;
  readonly createdAt: string;
}

/**
 * Writes down who is to be told, in the transaction of what happened: both are kept or neither, and a process that dies tells it later.
 * The same happening twice is told once. Null is nothing to tell.
 */
export const queueNotice = async (db: Queryable, draft: NoticeDraft | null): Promise<void> => {
  if (draft === null) return;
  const project = await queryOne<{ notify: NotifySettings | null }>(
    db,
    `select config->'notify' as notify from ops.projects where id = $1`,
    [draft.project],
  );
  const { key, stage: _, ...words } = draft;
  for (const { channel, ifOpen } of channelsFor(project?.notify ?? undefined, draft)) {
    if (ifOpen && (await lastPhase(db, draft, channel)) !== 'open') continue;
    const id = idOf(draft.project, channel, key);
    await query(
      db,
      `insert into ops.notices (id, project, channel, kind, phase, subject, notice) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (id) do nothing`,
      [id, draft.project, channel, draft.kind, draft.phase, draft.subject, json({ id, ...words })],
    );
  }
};

const idOf = (...parts: readonly string[]): string =>
  `ntc_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`;

const lastPhase = async (db: Queryable, { project, subject }: NoticeDraft, channel: string): Promise<string | null> =>
  (
    await queryOne<{ phase: string }>(
      db,
      `select phase from ops.notices where project = $1 and channel = $2 and subject = $3 and phase <> 'news'
       order by sequence desc limit 1`,
      [project, channel, subject],
    )
  )?.phase ?? null;

const TAKE = `
  update ops.notices n set attempts = attempts + 1, next_attempt_at = $1::timestamptz + make_interval(secs => $3)
  where id in (
    select id from ops.notices due
    where state = 'waiting' and next_attempt_at <= $1
      -- The end of a trouble is not told before its beginning.
      and not exists (select from ops.notices earlier where earlier.state = 'waiting' and earlier.sequence < due.sequence
        and (earlier.project, earlier.channel, earlier.subject) = (due.project, due.channel, due.subject))
    order by next_attempt_at, sequence limit $2 for update skip locked)
  returning id, project, channel, attempts, created_at as "createdAt", notice`;

/** Takes up to `limit` that are due and keeps others from taking them for `holdSeconds`: who dies meanwhile is followed by another. */
export const takeDueNotices = async (
  db: Queryable,
  due: { readonly now: string; readonly limit: number; readonly holdSeconds: number },
): Promise<WaitingNotice[]> => {
  const rows = await query<WaitingNotice>(db, TAKE, [due.now, due.limit, due.holdSeconds]);
  return rows.map((row) => ({ ...row, notice: { ...row.notice, at: row.createdAt } }));
};

export const noticeSent = async (db: Queryable, id: string, now: string): Promise<void> => {
  await query(db, `update ops.notices set state = 'sent', sent_at = $2, error = null where id = $1`, [id, now]);
};

/** `nextAt` null: it is given up. */
export const noticeFailed = async (
  db: Queryable,
  id: string,
  failed: { readonly error: string; readonly nextAt: string | null },
): Promise<void> => {
  await query(
    db,
    `update ops.notices set error = $2, state = case when $3::timestamptz is null then 'given-up' else 'waiting' end,
       next_attempt_at = coalesce($3, next_attempt_at) where id = $1 and state = 'waiting'`,
    [id, failed.error, failed.nextAt],
  );
};
