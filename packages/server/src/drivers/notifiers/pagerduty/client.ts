import type { Notice } from '../../../domain/notice.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { Notifier } from '../../../ports/notifier.ts';
import { postJson } from '../../shared/post-json.ts';
import { pagerdutyEvent } from './event.ts';

export const PAGERDUTY = { us: 'https://events.pagerduty.com', eu: 'https://events.eu.pagerduty.com' } as const;

/** PagerDuty's Events API v2. Trouble opens an incident, its end resolves it, news is a change event. */
export const openPagerduty = (settings: {
  readonly key: Secret;
  readonly address: string;
  /** Of this installation. */
  readonly source: string;
}): Notifier => ({
  send: (notice: Notice, signal) => {
    const { path, event } = pagerdutyEvent(notice, settings.source);
    const body = JSON.stringify({ routing_key: settings.key.reveal().trim(), ...event });
    return postJson({ url: `${settings.address}${path}`, body, signal, to: 'PagerDuty' });
  },
});
