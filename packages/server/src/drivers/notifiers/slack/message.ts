import type { Notice } from '../../../domain/notice.ts';

const MARKS = { info: ':information_source:', warning: ':warning:', critical: ':rotating_light:' } as const;
/** Slack's own limits, which its types do not say. */
const MOST_TEXT = 3000;
const MOST_FACTS = 10;
const MOST_FACT = 1900;

/** `&`, `<` and `>` are what Slack acts on: mentions, channels and links are made of them. */
const plain = (text: string, most: number): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').slice(0, most);

/** The body of an incoming webhook. */
export const slackMessage = (notice: Notice) => {
  const mark = notice.phase === 'over' ? ':white_check_mark:' : MARKS[notice.severity];
  const fields = Object.entries(notice.facts)
    .slice(0, MOST_FACTS)
    .map(([name, value]) => ({
      type: 'mrkdwn',
      text: `*${plain(name, 90)}*\n${plain(value, MOST_FACT)}`,
      verbatim: true,
    }));
  const title = { type: 'mrkdwn', text: plain(`${mark} ${notice.title}`, MOST_TEXT), verbatim: true };
  const about = `${notice.project} · ${notice.kind} · ${notice.at} · ${notice.id}`;
  return {
    text: plain(notice.title, MOST_TEXT),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'section', text: title, ...(fields.length === 0 ? {} : { fields }) },
      { type: 'context', elements: [{ type: 'mrkdwn', text: plain(about, MOST_FACT), verbatim: true }] },
    ],
  };
};
