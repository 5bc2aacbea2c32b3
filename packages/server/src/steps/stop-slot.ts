import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** Seconds that Odoo gets to end by itself: what it answered was waited for before (`drain-slot`), or took too long. */
const GRACE_SECONDS = 15;

export const stopSlot = defineStep({
  kind: 'stop-slot',
  input: z.strictObject({
    environment: z.string(),
    slot: z.enum(['blue', 'green']),
    /** In plans that were made before slots were drained, and may still be carried out. */
    graceSeconds: z.int().optional(),
  }),
  limit: ({ graceSeconds = GRACE_SECONDS }) => graceSeconds + 120,
  run: async ({ environment, slot, graceSeconds = GRACE_SECONDS }, { ports }) =>
    done(`container ${slot} stopped`, await ports.workload.stop({ environment, slot }, graceSeconds)),
});
