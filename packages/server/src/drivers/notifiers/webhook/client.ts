import { createHmac } from 'node:crypto';
import type { Clock } from '../../../domain/clock.ts';
import type { Notice } from '../../../domain/notice.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { Notifier } from '../../../ports/notifier.ts';
import { postJson } from '../../shared/post-json.ts';

/** Any address, with the notice as JSON, signed over time and bytes: docs/how-to/get-notified.md has the other side. */
export const openWebhook = (settings: {
  readonly url: Secret;
  readonly secret: Secret;
  readonly clock: Pick<Clock, 'now'>;
}): Notifier => ({
  send: (notice: Notice, signal) => {
    const body = JSON.stringify({ version: 1, ...notice });
    const timestamp = String(Math.floor(settings.clock.now().getTime() / 1000));
    const signature = createHmac('sha256', settings.secret.reveal()).update(`${timestamp}.${body}`).digest('hex');
    const headers = {
      'slipway-notice': notice.id,
      'slipway-timestamp': timestamp,
      'slipway-signature': `sha256=${signature}`,
    };
    return postJson({ url: settings.url.reveal().trim(), body, headers, signal, to: 'the webhook' });
  },
});
