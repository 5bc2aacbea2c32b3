import { expect, it } from 'vitest';
import type { RouteEntry } from '../domain/environment.ts';
import type { SlotState } from '../ports/workload.ts';
import { setRoute } from './set-route.ts';
import type { StepContext } from './step.ts';

const upstream = { host: '172.18.0.2', port: 8069, websocketPort: 8072 };
const NOW = Date.parse('2026-11-21T21:00:00.000Z');

const READ_ONLY = { kind: 'read-only' as const, slot: 'blue' as const, seconds: 240 };

const run = async (state: SlotState, route: Parameters<typeof setRoute.as>[1]['route'] = READ_ONLY) => {
  const put: RouteEntry[] = [];
  const context = {
    ports: {
      routes: { put: async (entry: RouteEntry) => void put.push(entry) },
      workload: { state: async () => state },
    },
    now: () => NOW,
  } as unknown as StepContext;
  const outcome = await setRoute.run({ environment: 'shop/production', host: 'shop.localhost', route }, context);
  return { outcome, put };
};

it('a read-only route leads to the slot that serves, and says since when and until about when', async () => {
  const { outcome, put } = await run({ kind: 'running', upstream } as SlotState);

  const times = { since: '2026-11-21T21:00:00.000Z', until: '2026-11-21T21:04:00.000Z' };
  expect(put).toEqual([
    { host: 'shop.localhost', environment: 'shop/production', route: { kind: 'read-only', upstream, ...times } },
  ]);
  expect(outcome).toMatchObject({ note: `shop.localhost: read-only until about ${times.until}`, receipt: times });
});

it('a maintenance page needs nobody who serves, and says until about when', async () => {
  const { outcome, put } = await run({ kind: 'absent' } as SlotState, { kind: 'maintenance', seconds: 90 });

  const times = { since: '2026-11-21T21:00:00.000Z', until: '2026-11-21T21:01:30.000Z' };
  expect(put[0]?.route).toEqual({ kind: 'page', page: 'maintenance', facts: times });
  expect(outcome).toMatchObject({ note: `shop.localhost: maintenance until about ${times.until}`, receipt: times });
});

it('no route leads to a slot that does not run', async () => {
  await expect(run({ kind: 'absent' } as SlotState)).rejects.toMatchObject({ code: 'odoo-boot-failed' });
});
