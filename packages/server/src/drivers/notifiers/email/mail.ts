import type { Notice } from '../../../domain/notice.ts';

const line = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Plain text. Sent twice it has the same Message-ID, and one subject's mails are one thread. */
export const mailOf = (
  notice: Notice,
  { from, to, source }: { readonly from: string; readonly to: readonly string[]; readonly source: string },
) => {
  const about = Object.entries(notice.facts).map(([name, value]) => `${line(name)}: ${line(value)}`);
  const thread = Buffer.from(notice.subject).toString('hex').slice(0, 60);
  return {
    from,
    to: [...to],
    subject: `[slipway] ${line(notice.title)}`.slice(0, 200),
    text: [line(notice.title), '', ...about, '', `${notice.kind}, ${notice.at}, ${notice.id}`, ''].join('\n'),
    messageId: `<${notice.id}@${source}.slipway>`,
    references: [`<${thread}@${source}.slipway>`],
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
};
