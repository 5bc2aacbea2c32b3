/** Outgoing webhooks: what they are, and what they were told. Times are ISO 8601. */
import { z } from 'zod';
import { WEBHOOK_KIND_NAMES } from './webhook-kinds.ts';

const url = z.string().trim().min(1).max(2000).describe('http or https, without user and password.');
const kinds = z
  .array(z.enum(WEBHOOK_KIND_NAMES))
  .min(1, 'name one at least')
  .max(WEBHOOK_KIND_NAMES.length)
  .describe('What it is told of.');

export const webhookBody = z.strictObject({ url, kinds });
export const webhookChangeBody = z
  .strictObject({
    url: url.optional(),
    kinds: kinds.optional(),
    active: z.boolean().optional().describe('false: nothing is sent, and nothing is written down to be sent later.'),
  })
  .refine((body) => Object.keys(body).length > 0, 'nothing is to be changed');

export const webhookView = z.object({
  id: z.string(),
  project: z.string(),
  url: z.string(),
  kinds: z.array(z.string()),
  active: z.boolean(),
  /** Why it was switched off, where nobody did it. */
  reason: z.string().nullable(),
  /** No attempt has succeeded since. */
  failingSince: z.string().nullable(),
  /** Until then the secret before the present one signs, too. */
  formerSecretUntil: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type WebhookView = z.infer<typeof webhookView>;

/** `secret` is shown this once. */
export const newWebhookView = webhookView.extend({ secret: z.string() });
export type NewWebhookView = z.infer<typeof newWebhookView>;

export const webhookDeliveryView = z.object({
  /** The webhook-id of every attempt. */
  id: z.string(),
  webhook: z.string(),
  kind: z.string(),
  state: z.enum(['waiting', 'delivered', 'given-up']),
  attempts: z.int(),
  /** Of the last attempt: the status of the answer, how long it took, why it did not count, and how the answer began. */
  code: z.int().nullable(),
  milliseconds: z.int().nullable(),
  error: z.string().nullable(),
  answer: z.string().nullable(),
  /** What was sent, as it was signed. */
  body: z.string(),
  createdAt: z.string(),
  lastAt: z.string().nullable(),
  /** Of one that waits. */
  nextAt: z.string().nullable(),
});
export type WebhookDeliveryView = z.infer<typeof webhookDeliveryView>;

export const webhookDeliveriesQuery = z.object({
  state: z.enum(['waiting', 'delivered', 'given-up']).optional(),
  before: z.string().max(60).optional().describe('Id of the last one of the page before.'),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .optional(),
});
