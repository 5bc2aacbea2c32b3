import type { NewWebhookView, WebhookDeliveryView, WebhookView } from '@slipway/contracts/webhook-views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { type Cell, table } from '../output/table.ts';
import { age } from '../output/time.ts';

const stateCell = ({ active, failingSince }: WebhookView, screen: Screen): Cell => {
  if (!active) return { text: 'off', colour: 'dim' };
  if (failingSince === null) return { text: 'on', colour: 'green' };
  return { text: `failing for ${age(failingSince, screen.now)}`, colour: 'red' };
};

export const webhookTable = (webhooks: readonly WebhookView[], screen: Screen): string =>
  table(
    screen,
    [{ title: 'WEBHOOK' }, { title: 'STATE' }, { title: 'KINDS' }, { title: 'ADDRESS', elastic: true }],
    webhooks.map((webhook) => [
      webhook.id,
      stateCell(webhook, screen),
      webhook.kinds.length > 3 ? `${webhook.kinds.length} kinds` : webhook.kinds.join(', '),
      printable(webhook.reason === null ? webhook.url : `${webhook.url} (${webhook.reason})`),
    ]),
  );

export const newWebhookText = ({ id, url, kinds, secret }: NewWebhookView, screen: Screen): string =>
  [
    `${screen.ok} ${printable(id)} is told of ${kinds.length} kinds at ${printable(url)}. The secret is shown this once:`,
    `  ${printable(secret)}`,
    `Libraries for Standard Webhooks take it as it is. Try it: slipway webhook test ${printable(id)}`,
  ].join('\n');

const deliveryState = ({ state, attempts }: WebhookDeliveryView): Cell => {
  if (state === 'delivered') return { text: 'delivered', colour: 'green' };
  const tried = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  if (state === 'given-up') return { text: `given up after ${tried}`, colour: 'red' };
  return attempts === 0 ? 'waiting' : { text: `waiting, ${tried}`, colour: 'yellow' };
};

const figures = ({ code, milliseconds }: WebhookDeliveryView): string =>
  milliseconds === null ? '-' : `${code ?? 'none'} in ${milliseconds} ms`;

export const deliveryTable = (deliveries: readonly WebhookDeliveryView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'WHEN' },
      { title: 'DELIVERY' },
      { title: 'KIND' },
      { title: 'STATE' },
      { title: 'ANSWER', elastic: true },
    ],
    deliveries.map((one) => [
      age(one.createdAt, screen.now),
      one.id,
      one.kind,
      deliveryState(one),
      printable(one.error === null ? figures(one) : `${figures(one)}: ${one.error}`),
    ]),
  );

export const deliveryText = (one: WebhookDeliveryView, screen: Screen): string =>
  one.state === 'delivered'
    ? `${screen.ok} It was taken: ${figures(one)}.`
    : `${screen.fail} It was not taken (${figures(one)}): ${printable(one.error ?? 'it waits')}.`;
