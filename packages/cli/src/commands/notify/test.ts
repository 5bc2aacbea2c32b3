import { noticeTest } from '@slipway/contracts/notice-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { printable } from '../../output/printable.ts';

export const notifyTest = defineCommand({
  path: 'notify test',
  says: 'Send a message to each channel of a project, or to one, and say what became of it; exit code 1 when one was not taken.',
  example: 'slipway notify test --channel ops',
  options: [{ flags: '--channel <name>', says: 'only this one' }],
  input: z.strictObject({ channel: z.string().min(1).optional() }),
  view: z.array(noticeTest),
  routes: ['testNotify'],
  run: async ({ channel }, session) =>
    (await session.api()).call('testNotify', {
      parameters: { project: await session.project() },
      body: { channel: channel ?? null },
      headMilliseconds: 60_000,
    }),
  show: (list, screen) =>
    list.length === 0
      ? 'There is no channel: name one under `notify.channels` in slipway.yaml.'
      : list
          .map(({ channel, kind, ok, error }) =>
            ok
              ? `${screen.ok} ${channel} (${kind}) took it.`
              : `${screen.fail} ${channel} (${kind}): ${printable(error ?? '')}`,
          )
          .join('\n'),
  exit: (list) => (list.every(({ ok }) => ok) ? 'ok' : 'failed'),
});
