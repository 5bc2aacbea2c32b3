import type { Guard } from './guard.ts';

/** Every guard, in the order in which they run. A test compares this list with the folders. */
export const GUARDS: readonly Guard[] = [];
