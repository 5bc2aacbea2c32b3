import type { Notice } from '../../../domain/notice.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { Notifier } from '../../../ports/notifier.ts';
import { postJson } from '../../shared/post-json.ts';
import { slackMessage } from './message.ts';

/** A Slack incoming webhook; its address is the secret. Slack has no idempotency key: who is told twice sees the id in the message. */
export const openSlack = (settings: { readonly url: Secret }): Notifier => ({
  send: (notice: Notice, signal) =>
    postJson({ url: settings.url.reveal().trim(), body: JSON.stringify(slackMessage(notice)), signal, to: 'Slack' }),
});
