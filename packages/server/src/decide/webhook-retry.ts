import { createHash } from 'node:crypto';

const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 2 * 3600;
export const GIVE_UP_SECONDS = 24 * 3600;
/** Of attempts that all failed, over whichever messages. */
export const SWITCH_OFF_SECONDS = 3 * 24 * 3600;

/**
 * Seconds to the next attempt after `attempts` that failed; null: it is given up. Up to a fifth more or less, so that what failed together
 * does not come back together: out of id and attempt, so that it is the same for whoever asks.
 */
export const nextWebhookAttempt = (delivery: {
  readonly id: string;
  readonly attempts: number;
  readonly ageSeconds: number;
  /** Seconds that the other side asked for. */
  readonly asked: number | null;
}): number | null => {
  if (delivery.ageSeconds >= GIVE_UP_SECONDS) return null;
  const wait = Math.min(FIRST_SECONDS * 2 ** (delivery.attempts - 1), LONGEST_SECONDS);
  const spread = wait * (0.8 + 0.4 * chanceOf(`${delivery.id}:${delivery.attempts}`));
  return Math.min(Math.max(spread, delivery.asked ?? 0), GIVE_UP_SECONDS);
};

/** From 0 to 1. */
const chanceOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
