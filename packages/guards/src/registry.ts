import type { Guard } from './guard.ts';
import { manifests } from './manifests/index.ts';

/** Every guard, in the order in which they run. A test compares this list with the folders. */
export const GUARDS: readonly Guard[] = [manifests];
