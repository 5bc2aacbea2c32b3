import { fail, type Gate, pass, wait } from './gate.ts';
import { needsNone, outlived } from './shared/rehearsed.ts';
import { some } from './shared/words.ts';

export const invariants: Gate = {
  id: 'invariants',
  asks: 'The business figures were the same before and after the rehearsal.',
  covers:
    "Slipway's own figures and those of the section `invariants` of slipway.yaml. What updates no data changes none; a rehearsal that is over says nothing.",
  judge: (facts, settings) => {
    const settled = needsNone(facts) ?? outlived(facts, settings);
    if (settled !== null) return settled;
    const { invariants: found, rehearsal } = facts;
    if (found === null)
      return wait(
        'no figures were compared: the rehearsal did not come to that',
        `Mend what failed (\`slipway rehearsal show ${rehearsal?.run}\`), and rehearse the release: \`slipway rehearse\`.`,
      );
    if (found.broken.length > 0)
      return fail(
        `the update changes figures: ${some(found.broken)}`,
        'Find out which migration does it; a figure that may change is taken out of `invariants`.',
      );
    return pass('the update changes no figure');
  },
};
