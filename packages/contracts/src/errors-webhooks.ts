import { type ErrorRow, row } from './error-row.ts';

/** Failures about live events and outgoing webhooks: a part of the error table, see errors.ts. */
export const WEBHOOK_ERRORS = {
  'events-too-many': row(
    503,
    'target',
    true,
    '{most} readers follow the live events, which is the most.',
    'Try again in a minute; a page that is closed makes room.',
  ),
  'webhook-unknown': row(
    404,
    'user',
    false,
    'There is no webhook {webhook} in project {project}.',
    'Ask `slipway webhook list`.',
  ),
  'webhook-delivery-unknown': row(
    404,
    'user',
    false,
    'Webhook {webhook} has no delivery {delivery}.',
    'Ask `slipway webhook deliveries`; they are kept for a month.',
  ),
  'webhook-address-refused': row(
    400,
    'user',
    false,
    'That is no address for a webhook: {reason}.',
    'An address is http or https and leads into the Internet; SLIPWAY_WEBHOOKS_PRIVATE=yes allows addresses of your own network.',
  ),
  'webhook-off': row(
    409,
    'user',
    false,
    'Webhook {webhook} is switched off: nothing is sent.',
    'Switch it on: `slipway webhook set {webhook} --on`.',
  ),
  'webhooks-too-many': row(
    409,
    'user',
    false,
    'Project {project} has {most} webhooks, which is the most.',
    'Remove one: `slipway webhook remove`.',
  ),
} as const satisfies Record<string, ErrorRow>;
