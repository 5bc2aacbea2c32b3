import { fail, type Gate, pass, wait } from './gate.ts';
import { some } from './shared/words.ts';

/** Staging was proved on a copy. Columns that came to production since are in no copy. */
export const drift: Gate = {
  id: 'drift',
  asks: "Production's schema has no columns that nobody has looked at since the last snapshot.",
  covers: 'The drift report of the newest sanitised snapshot of production.',
  judge: ({ drift: found, production }) => {
    if (production === null) return pass('nothing is in production yet');
    if (found === null)
      return wait(
        "production's schema was never compared",
        'Take a snapshot: `slipway snapshot create production --sanitise`.',
      );
    if (found.columns.length > 0)
      return fail(
        `columns came to production that nobody has looked at: ${some(found.columns)}`,
        'Add rules for them, or accept them: `slipway snapshot create production --sanitise --accept-drift`.',
      );
    return pass('production is as the last snapshot saw it');
  },
};
