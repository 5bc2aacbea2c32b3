import { Failure } from '@slipway/contracts/failure';
import type { MailView, MailViewInList } from '@slipway/contracts/views';
import { type Queryable, query, queryOne } from '../store/queryable.ts';

const COLUMNS = `id, environment, received_at as "receivedAt", sender, recipients, subject, from_header as "from", to_header as "to", attachments, bytes`;

/** Newest first; ids grow with time. A page goes on before the last id of the one before it. */
const LIST = `
  select ${COLUMNS} from ops.mails where environment = $1 and ($2::text is null or id < $2)
    and ($3::text is null or strpos(lower(concat_ws(e'\\n', subject, sender, array_to_string(recipients, ' '), from_header, to_header, text)), lower($3)) > 0)
  order by id desc limit $4`;

export const mailViews = (
  db: Queryable,
  filter: {
    readonly environment: string;
    readonly search: string | null;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<MailViewInList[]> => query(db, LIST, [filter.environment, filter.before, filter.search, filter.limit]);

/** Failure: mail-unknown, also for a mail of another environment. */
export const mailView = async (db: Queryable, environment: string, id: string): Promise<MailView> => {
  const found = await queryOne<MailView>(
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
