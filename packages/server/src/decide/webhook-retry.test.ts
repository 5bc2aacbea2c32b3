import { expect, it } from 'vitest';
import { GIVE_UP_SECONDS, nextWebhookAttempt } from './webhook-retry.ts';

const next = (attempts: number, more: { id?: string; ageSeconds?: number; asked?: number } = {}) =>
  nextWebhookAttempt({ id: 'msg_1', attempts, ageSeconds: 0, asked: null, ...more });

it('waits twice as long after each attempt, two hours at most, give or take a fifth', () => {
  for (const [attempts, seconds] of [
    [1, 5],
    [2, 10],
    [6, 160],
    [12, 7200],
    [40, 7200],
  ] as const) {
    const wait = next(attempts) ?? 0;
    expect(wait).toBeGreaterThanOrEqual(seconds * 0.8);
    expect(wait).toBeLessThanOrEqual(seconds * 1.2);
  }
});

it('does not bring together again what failed together', () => {
  const waits = Array.from({ length: 100 }, (_, i) => next(8, { id: `msg_${i}` }));

  expect(new Set(waits).size).toBeGreaterThan(95);
});

it('tries for a day, more than twelve times', () => {
  let [age, attempts] = [0, 0];
  for (let wait: number | null = 0; wait !== null; age += wait) {
    attempts += 1;
    wait = next(attempts, { ageSeconds: age });
    if (wait === null) break;
  }

  expect(attempts).toBeGreaterThan(12);
  expect(age).toBeGreaterThanOrEqual(GIVE_UP_SECONDS);
  expect(age).toBeLessThan(GIVE_UP_SECONDS + 3 * 3600);
});

it('leaves alone whoever asks to be left alone, a day at most', () => {
  expect(next(1, { asked: 600 })).toBe(600);
  expect(next(1, { asked: 10 * GIVE_UP_SECONDS })).toBe(GIVE_UP_SECONDS);
});
