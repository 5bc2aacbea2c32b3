import type { AttemptView, MailView, MailViewInList } from '@slipway/contracts/views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { facts, table } from '../output/table.ts';
import { age, fileSize } from '../output/time.ts';

export const mailTable = (mails: readonly MailViewInList[], screen: Screen): string =>
  table(
    screen,
    [{ title: 'MAIL' }, { title: 'SENT' }, { title: 'TO' }, { title: 'SUBJECT' }, { title: 'SIZE', right: true }],
    mails.map((mail) => [
      mail.id,
      age(mail.receivedAt, screen.now),
      mail.recipients.length > 2
        ? `${mail.recipients[0]} and ${mail.recipients.length - 1} more`
        : mail.recipients.join(', '),
      mail.subject === '' ? '-' : mail.subject,
      fileSize(mail.bytes),
    ]),
  );

/** Text as lines; a mail that has HTML only says so. */
export const mailText = (mail: MailView, screen: Screen): string => {
  const head = facts(screen, [
    ['Mail', mail.id],
    ['Sent', mail.receivedAt],
    ['From', mail.from],
    ['To', mail.to],
    ['Would have got it', mail.recipients.join(', ')],
    ['Subject', mail.subject],
    ['Attachments', mail.attachments.map(({ name, bytes }) => `${name} (${fileSize(bytes)})`).join(', ') || '-'],
  ]);
  const text = mail.text.trim() === '' ? '(no text; --json has the HTML)' : mail.text.trimEnd();
  return `${head}\n\n${text.split(/\r?\n/).map(printable).join('\n')}`;
};

export const attemptTable = (attempts: readonly AttemptView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'LAST' },
      { title: 'KIND' },
      { title: 'HOST' },
      { title: 'PORT', right: true },
      { title: 'OUTCOME' },
      { title: 'TIMES', right: true },
      { title: 'BYTES', right: true },
      { title: 'WHY' },
    ],
    attempts.map((attempt) => [
      age(attempt.lastAt, screen.now),
      attempt.kind,
      attempt.host,
      attempt.port === 0 ? '-' : String(attempt.port),
      attempt.outcome,
      String(attempt.count),
      fileSize(attempt.bytesSent + attempt.bytesReceived),
      attempt.reason === '' ? '-' : attempt.reason,
    ]),
  );
