import { asFailure } from '@slipway/contracts/failure';
import type { RetryPolicy } from '../engine/interpret.ts';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** About ten minutes in all: Docker or PostgreSQL restarted by someone, a registry or GitHub with a hiccup. */
const MOST_ATTEMPTS = 45;

/** Where everything left behind is found by the reaper, nobody has to wait long to be told. */
const FEW_ATTEMPTS = 5;

/** A mishap is tried again after 0.5, 1, 2 … 15 s; a verdict never is: the error table says which is which. */
export const retryPolicy: RetryPolicy = (error, attempt) => {
  if (!asFailure(error).row.retry || attempt >= MOST_ATTEMPTS) return undefined;
  return waitAfter(attempt);
};

/** For putting right what serves people: nobody else does it, so a mishap is tried again until it is over. */
export const retryUntilDone: RetryPolicy = (error, attempt) =>
  asFailure(error).row.retry ? waitAfter(attempt) : undefined;

/** For taking away what nobody uses. */
export const retryBriefly: RetryPolicy = (error, attempt) =>
  attempt >= FEW_ATTEMPTS ? undefined : retryPolicy(error, attempt);

const waitAfter = (attempt: number): number => Math.min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT);
