import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { sendWebhooks } from './send-webhooks.ts';

const rounds = vi.hoisted(() => ({ begun: 0 }));
vi.mock('../flows/queue-webhooks.ts', () => ({
  queueWebhooks: async () => {
    rounds.begun += 1;
    return 0;
  },
}));

it('looks once for many changes that come soon after one another, and again for later ones', async () => {
  const clock = { now: () => new Date(), sleep: (_: number, signal: AbortSignal) => once(signal) };
  const slipway = { clock, db: { query: async () => ({ rows: [] }) }, logger: { warn: () => undefined } };
  const loop = sendWebhooks(slipway as never, {} as never);
  await pause(20);
  const before = rounds.begun;

  for (let change = 0; change < 50; change++) loop.wake();
  await expect.poll(() => rounds.begun).toBe(before + 1);
  await pause(300);
  expect(rounds.begun).toBe(before + 1);
  loop.wake();
  await expect.poll(() => rounds.begun).toBe(before + 2);
  await loop.stop();
});

const once = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
