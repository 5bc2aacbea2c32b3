import { type NoticeView, noticeView } from '@slipway/contracts/notice-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { printable } from '../../output/printable.ts';
import type { Screen } from '../../output/screen.ts';
import { table } from '../../output/table.ts';
import { age } from '../../output/time.ts';

const stateOf = ({ state, attempts, nextAttemptAt }: NoticeView, screen: Screen): string => {
  if (state === 'sent') return screen.paint('green', 'sent');
  const tried = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  if (state === 'given-up') return screen.paint('red', `given up after ${tried}`);
  return attempts === 0 || nextAttemptAt === null ? 'waiting' : screen.paint('yellow', `waiting, ${tried}`);
};

export const notifyList = defineCommand({
  path: 'notify list',
  says: 'List what the channels of a project were told, and what waits or was given up, newest first.',
  example: 'slipway notify list --limit 20',
  options: [{ flags: '--limit <number>', says: 'at most so many; default: 50' }],
  input: z.strictObject({ limit: count.optional() }),
  view: z.array(noticeView),
  routes: ['notices'],
  run: async ({ limit = 50 }, session) =>
    (await session.api()).list('notices', { parameters: { project: await session.project() } }, limit),
  show: (list, screen) =>
    list.length === 0
      ? 'Nobody was told anything yet. Channels are under `notify` in slipway.yaml; try them: slipway notify test'
      : table(
          screen,
          [{ title: 'WHEN' }, { title: 'CHANNEL' }, { title: 'KIND' }, { title: 'STATE' }, { title: 'MESSAGE' }],
          list.map((one) => [
            age(one.createdAt, screen.now),
            one.channel,
            one.kind,
            stateOf(one, screen),
            printable(one.error === null ? one.title : `${one.title} (${one.error})`),
          ]),
        ),
});
