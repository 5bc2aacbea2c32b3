import type { CaughtMail } from '../domain/egress.ts';
import { inTransaction, json, type Queryable, query } from './queryable.ts';

/** Of one environment; the oldest go first. */
export const MAIL_LIMITS = { count: 1_000, bytes: 256 * 1024 * 1024, days: 14 } as const;

/** Keeps a mail, and lets go of the oldest of its environment when there are too many. A mail of a project that is not known is refused. */
export const keepMail = (db: Queryable, mail: CaughtMail, id: string): Promise<void> =>
  inTransaction(db, async (tx) => {
    await query(
      tx,
      `insert into ops.mails (id, project, environment, sender, recipients, subject, from_header, to_header, text, html, attachments, bytes, raw)
       values ($1, split_part($2, '/', 1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        id,
        mail.environment,
        mail.sender,
        mail.recipients,
        mail.subject,
        mail.from,
        mail.to,
        mail.text,
        mail.html,
        json(mail.attachments),
        mail.raw.length,
        mail.raw,
      ],
    );
    await pruneEnvironment(tx, mail.environment);
  });

const pruneEnvironment = async (db: Queryable, environment: string): Promise<void> => {
  await query(
    db,
    `delete from ops.mails m using (
       select id, row_number() over newest as place, sum(bytes) over newest as total from ops.mails where environment = $1
       window newest as (order by id desc)) old
     where m.id = old.id and old.place > 1 and (old.place > $2 or old.total > $3)`,
    [environment, MAIL_LIMITS.count, MAIL_LIMITS.bytes],
  );
};

/** Forgets mails that are too old. Returns how many went. */
export const pruneMails = async (db: Queryable): Promise<number> => {
  const gone = await query(
    db,
    `delete from ops.mails where received_at < now() - make_interval(days => $1) returning 1`,
    [MAIL_LIMITS.days],
  );
  return gone.length;
};

/** One mail, or with null all of the environment. Returns how many there were. */
export const deleteMails = async (db: Queryable, environment: string, id: string | null): Promise<number> => {
  const gone = await query(
    db,
    'delete from ops.mails where environment = $1 and ($2::text is null or id = $2) returning 1',
    [environment, id],
  );
  return gone.length;
};
