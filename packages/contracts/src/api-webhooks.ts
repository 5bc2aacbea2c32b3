/** The routes about outgoing webhooks: a part of the route table, see api.ts. */
import { z } from 'zod';
import type { Route } from './route.ts';
import {
  newWebhookView,
  webhookBody,
  webhookChangeBody,
  webhookDeliveriesQuery,
  webhookDeliveryView,
  webhookView,
} from './webhook-views.ts';

export const WEBHOOK_ROUTES = {
  webhooks: {
    method: 'GET',
    path: '/api/v1/projects/:project/webhooks',
    says: 'Addresses that are told of what happens to a project; never their secrets.',
    scope: 'admin',
    needs: 'settings',
    answer: z.array(webhookView),
  },
  createWebhook: {
    method: 'POST',
    path: '/api/v1/projects/:project/webhooks',
    says: 'Adds one. The secret that signs is answered this once.',
    needs: 'settings',
    body: webhookBody,
    answer: newWebhookView,
  },
  changeWebhook: {
    method: 'PUT',
    path: '/api/v1/projects/:project/webhooks/:webhook',
    says: 'Changes its address or what it is told of, switches it off or on again.',
    needs: 'settings',
    body: webhookChangeBody,
    answer: webhookView,
  },
  removeWebhook: {
    method: 'DELETE',
    path: '/api/v1/projects/:project/webhooks/:webhook',
    says: 'Removes one with everything that it was told.',
    needs: 'settings',
    answer: webhookView,
  },
  testWebhook: {
    method: 'POST',
    path: '/api/v1/projects/:project/webhooks/:webhook/test',
    says: 'Sends a message at once, once; says what became of it.',
    needs: 'settings',
    answer: webhookDeliveryView,
  },
  rotateWebhook: {
    method: 'POST',
    path: '/api/v1/projects/:project/webhooks/:webhook/rotate',
    says: 'Makes another secret, which is answered this once; for a day the one before signs, too.',
    needs: 'settings',
    answer: newWebhookView,
  },
  webhookDeliveries: {
    method: 'GET',
    path: '/api/v1/projects/:project/webhooks/:webhook/deliveries',
    says: 'What it was told, and what waits or was given up, newest first.',
    scope: 'admin',
    needs: 'settings',
    query: webhookDeliveriesQuery,
    answer: z.array(webhookDeliveryView),
  },
  replayWebhook: {
    method: 'POST',
    path: '/api/v1/projects/:project/webhooks/:webhook/deliveries/:delivery/replay',
    says: 'Sends the same message again, with the same id.',
    needs: 'settings',
    answer: webhookDeliveryView,
  },
} as const satisfies Record<string, Route>;
