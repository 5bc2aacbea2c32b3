import { Failure } from '@slipway/contracts/failure';
import type { StoreSettings } from '../../ports/snapshot-stores.ts';
import { verifySnapshot } from '../../snapshot/verify.ts';
import type { StepContext } from '../step.ts';
import { openPlace } from './snapshot-place.ts';

/** Reads every object of a snapshot, and answers how many. Failures: snapshot-corrupt, and those of reading. */
export const requireWhole = async (
  asked: { readonly project: string; readonly snapshot: string; readonly store: StoreSettings },
  context: StepContext,
): Promise<number> => {
  const at = await openPlace({ ...asked, id: asked.snapshot }, context);
  const options = { share: 1, chance: () => 0, signal: context.signal };
  const { objects, damage } = await verifySnapshot(at, asked.snapshot, options);
  const [first] = damage;
  if (first !== undefined) throw new Failure('snapshot-corrupt', { snapshot: asked.snapshot, ...first });
  return objects;
};
