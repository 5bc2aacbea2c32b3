/** The verbs about outgoing webhooks and live events, as api-verbs.test.ts tries each verb. */
import type { ServerResponse } from 'node:http';
import type { WebhookDeliveryView, WebhookView } from '@slipway/contracts/webhook-views';
import type { ApiCase } from './api-case.ts';

const project = ['--project', 'shop'];
const AT = '2026-03-01T10:00:00.000Z';

const webhook: WebhookView = {
  ...{ id: 'hook_1', project: 'shop', url: 'https://example.com/hook', kinds: ['run.finished'], active: true },
  ...{ reason: null, failingSince: null, formerSecretUntil: null, createdBy: 'ada', createdAt: AT, updatedAt: AT },
};
const fresh = { ...webhook, secret: 'whsec_c2VjcmV0' };
const delivery: WebhookDeliveryView = {
  ...{ id: 'msg_1', webhook: 'hook_1', kind: 'run.finished', state: 'delivered', attempts: 1, code: 200 },
  ...{ milliseconds: 12, error: null, answer: 'ok', body: '{}', createdAt: AT, lastAt: AT, nextAt: null },
};
const LINE = {
  sequence: 9,
  at: AT,
  stream: 'odoo' as const,
  text: '2026-03-01 10:00:01,000 1 ERROR db odoo.http: boom',
};
const change = { kind: 'run', project: 'shop', environment: 'shop/pr-12', id: 'run_1', at: AT };

/** As the server writes it, with what a reader has to pass over. */
const EVENT_TEXT = `retry: 2000\n\nid: 1\n\n: still here\n\nid: 2\nevent: reset\ndata: {}\n\nid: 3\nevent: change\ndata: ${JSON.stringify(change)}\n\n`;
const EVENTS = [
  { event: 'reset', after: '2', change: null },
  { event: 'change', after: '3', change },
];

export const WEBHOOK_CASES: readonly ApiCase[] = [
  {
    path: 'webhook list',
    words: project,
    replies: { webhooks: () => [webhook] },
    view: [webhook],
    reads: 'https://example.com/hook',
    empty: ['webhooks', 'There is no webhook'],
  },
  {
    path: 'webhook add',
    words: ['https://example.com/hook', '--kinds', 'run.finished, preview.live', ...project],
    replies: { createWebhook: () => fresh },
    view: fresh,
    reads: 'whsec_c2VjcmV0',
  },
  {
    path: 'webhook set',
    words: ['hook_1', '--off', ...project],
    replies: { changeWebhook: () => ({ ...webhook, active: false }) },
    view: { ...webhook, active: false },
    reads: 'hook_1 is off',
  },
  {
    path: 'webhook test',
    words: ['hook_1', ...project],
    replies: { testWebhook: () => delivery },
    view: delivery,
    reads: 'It was taken: 200 in 12 ms',
  },
  {
    path: 'webhook deliveries',
    words: ['hook_1', ...project],
    replies: { webhookDeliveries: () => [{ ...delivery, state: 'given-up', code: 500, error: 'it answered 500' }] },
    view: [{ ...delivery, state: 'given-up', code: 500, error: 'it answered 500' }],
    reads: 'given up after 1 attempt',
    empty: ['webhookDeliveries', 'It was told nothing.'],
  },
  {
    path: 'webhook replay',
    words: ['hook_1', 'msg_1', ...project],
    replies: { replayWebhook: () => delivery },
    view: delivery,
    reads: 'is sent again',
  },
  {
    path: 'webhook rotate',
    words: ['hook_1', ...project],
    replies: { rotateWebhook: () => fresh },
    view: fresh,
    reads: 'whsec_c2VjcmV0',
  },
  {
    path: 'webhook remove',
    words: ['hook_1', '--yes', ...project],
    replies: { removeWebhook: () => webhook },
    view: webhook,
    reads: 'is told nothing any more',
  },
  {
    path: 'events',
    words: ['--after', '1', ...project],
    replies: { events: () => (response: ServerResponse) => response.end(EVENT_TEXT) },
    view: EVENTS,
    reads: '10:00:00 run run_1 shop/pr-12',
  },
  {
    path: 'run logs',
    words: ['run_1', '--search', 'BOOM', '--level', 'error'],
    replies: { logWindow: () => ({ total: 1, lines: [{ number: 7, place: 1, ...LINE }] }) },
    view: [LINE],
    reads: 'boom',
  },
];
