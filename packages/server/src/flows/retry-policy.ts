import { asFailure } from '@slipway/contracts/failure';
import type { RetryPolicy } from '../engine/interpret.ts';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** About ten minutes in all: Docker or PostgreSQL restarted by someone, a registry or GitHub with a hiccup. */
const MOST_ATTEMPTS = 45;

/** A mishap is tried again after 0.5, 1, 2 … 15 s; a verdict never is: the error table says which is which. */
export const retryPolicy: RetryPolicy = (error, attempt) => {
  if (!asFailure(error).row.retry || attempt >= MOST_ATTEMPTS) return undefined;
  return Math.min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT);
};
