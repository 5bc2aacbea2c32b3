import type { Notice } from '../../../domain/notice.ts';

/** PagerDuty's limits. */
const MOST_SUMMARY = 1024;
const MOST_KEY = 255;

/** Path and body without the routing key. Sent again it is the same incident: the key is that of the subject. */
export const pagerdutyEvent = (notice: Notice, source: string): { readonly path: string; readonly event: object } => {
  const summary = notice.title.slice(0, MOST_SUMMARY);
  const custom_details = { ...notice.facts, notice: notice.id, project: notice.project };
  const change = { summary, timestamp: notice.at, source, custom_details };
  if (notice.phase === 'news') return { path: '/v2/change/enqueue', event: { payload: change } };
  const dedup_key = `slipway/${source}/${notice.subject}`.slice(0, MOST_KEY);
  if (notice.phase === 'over') return { path: '/v2/enqueue', event: { event_action: 'resolve', dedup_key } };
  const payload = {
    ...change,
    severity: notice.severity,
    component: notice.project,
    group: 'slipway',
    class: notice.kind,
  };
  return { path: '/v2/enqueue', event: { event_action: 'trigger', dedup_key, client: 'Slipway', payload } };
};
