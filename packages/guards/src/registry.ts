import { addonsPath } from './addons-path/index.ts';
import { budget } from './budget/index.ts';
import { environments } from './environments/index.ts';
import type { Guard } from './guard.ts';
import { images } from './images/index.ts';
import { manifests } from './manifests/index.ts';
import { schemas } from './schemas/index.ts';
import { secrets } from './secrets/index.ts';

/** Every guard, in the order in which they run. A test compares this list with the folders. */
export const GUARDS: readonly Guard[] = [addonsPath, manifests, schemas, images, environments, budget, secrets];
