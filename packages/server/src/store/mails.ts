import { Failure } from '@slipway/contracts/failure';
import type { CaughtMail, MailAttachment } from '../domain/egress.ts';
import { inTransaction, json, type Queryable, query, queryOne } from './queryable.ts';

/** What a list shows of a mail. */
export interface MailRow {
  readonly id: string;
  readonly environment: string;
  readonly receivedAt: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly attachments: readonly MailAttachment[];
  readonly bytes: number;
}

export interface MailWithText extends MailRow {
  readonly text: string;
  readonly html: string;
}

/** Of one environment; the oldest go first. */
export const MAIL_LIMITS = { count: 1_000, bytes: 256 * 1024 * 1024, days: 14 } as const;

const COLUMNS = `id, environment, received_at as "receivedAt", sender, recipients, subject, from_header as "from", to_header as "to", attachments, bytes`;

/** Keeps a mail, and lets go of the oldest of its environment when there are too many. Failure: database-refused for a project that is not known. */
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

/** Newest first; `before` is the id of the last one of the page before. `search` is looked for in subject, people and text. */
export const listMails = (
  db: Queryable,
  filter: {
    readonly environment: string;
    readonly search?: string | null;
    readonly before?: string | null;
    readonly limit: number;
  },
): Promise<MailRow[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.mails where environment = $1 and ($2::text is null or id < $2)
       and ($3::text is null or strpos(lower(concat_ws(e'\\n', subject, sender, array_to_string(recipients, ' '), from_header, to_header, text)), lower($3)) > 0)
     order by id desc limit $4`,
    [filter.environment, filter.before ?? null, filter.search ?? null, filter.limit],
  );

/** Failure: mail-unknown, also for a mail of another environment. */
export const readMail = async (db: Queryable, environment: string, id: string): Promise<MailWithText> => {
  const found = await queryOne<MailWithText>(
    db,
    `select ${COLUMNS}, text, html from ops.mails where environment = $1 and id = $2`,
    [environment, id],
  );
  if (found === null) throw new Failure('mail-unknown', { mail: id, environment });
  return found;
};

/** The bytes as they came. Failure: mail-unknown. */
export const rawMail = async (db: Queryable, environment: string, id: string): Promise<Buffer> => {
  const found = await queryOne<{ raw: Buffer }>(db, 'select raw from ops.mails where environment = $1 and id = $2', [
    environment,
    id,
  ]);
  if (found === null) throw new Failure('mail-unknown', { mail: id, environment });
  return found.raw;
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
