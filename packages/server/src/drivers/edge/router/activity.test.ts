import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../../domain/clock.ts';
import { createActivity, isUse } from './activity.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  ['/', true],
  ['/web/login', true],
  ['/websockets', true],
  ['/business', true],
  ['/websocket', false],
  ['/websocket/health', false],
  ['/longpolling/poll', false],
  ['/bus/get_model_definitions', false],
  ['/_slipway/state', false],
  ['/web/webclient/version_info', false],
])('knows whether %s is use', (path, use) => {
  expect(isUse(path)).toBe(use);
});

it('tells in one batch after ten seconds, and nothing when nothing happened', async () => {
  const told: (readonly unknown[])[] = [];
  const activity = createActivity(async (_statement, parameters) => void told.push(parameters), systemClock);

  activity.touch('shop/pr-1');
  vi.advanceTimersByTime(5_000);
  activity.touch('shop/pr-1');
  activity.touch('shop/pr-2');
  activity.touch('shop/pr-2', 'again');
  await vi.advanceTimersByTimeAsync(5_000);
  await vi.advanceTimersByTimeAsync(60_000);

  const at = '2026-01-01T00:00:05.000Z';
  expect(told).toEqual([
    [
      ['shop/pr-1', 'shop/pr-2'],
      [at, at],
      [2, 1],
    ],
  ]);
});

it('keeps what it could not tell for the next time', async () => {
  const told: (readonly unknown[])[] = [];
  let away = true;
  const activity = createActivity(async (_statement, parameters) => {
    if (away) throw new Error('away');
    told.push(parameters);
  }, systemClock);

  activity.touch('shop/pr-1');
  await vi.advanceTimersByTimeAsync(10_000);
  activity.touch('shop/pr-1');
  away = false;
  await vi.advanceTimersByTimeAsync(10_000);

  expect(told).toEqual([[['shop/pr-1'], ['2026-01-01T00:00:10.000Z'], [2]]]);
});
