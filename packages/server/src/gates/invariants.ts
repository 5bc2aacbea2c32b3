import { fail, type Gate, pass, wait } from './gate.ts';
import { some } from './shared/words.ts';

export const invariants: Gate = {
  id: 'invariants',
  asks: 'The business figures were the same before and after the rehearsal.',
  covers: "Slipway's own figures and those of the section `invariants` of slipway.yaml.",
  judge: ({ invariants: found }) => {
    if (found === null)
      return wait('no figures were compared', 'Rehearse the release, or set `promotion.gates.invariants: off`.');
    if (found.broken.length > 0)
      return fail(
        `the update changes figures: ${some(found.broken)}`,
        'Find out which migration does it; a figure that may change is taken out of `invariants`.',
      );
    return pass('the update changes no figure');
  },
};
