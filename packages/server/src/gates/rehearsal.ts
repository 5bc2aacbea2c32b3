import { seconds } from '@slipway/contracts/project-config';
import { fail, type Gate, pass, wait } from './gate.ts';
import { ageOf, short, span } from './shared/words.ts';

const ANEW = 'Rehearse this release again on a new snapshot of production.';

export const rehearsal: Gate = {
  id: 'rehearsal',
  asks: 'This very update was carried out on a fresh sanitised copy of production.',
  covers: 'It is over when the release or production changed, or after `promotion.rehearsal_max_age`.',
  judge: ({ rehearsal: found, release, production, now }, { rehearsal_max_age: limit }) => {
    if (found === null)
      return wait('this release was not rehearsed', 'Rehearse it, or set `promotion.gates.rehearsal: off`.');
    if (found.sha !== release.sha)
      return wait(`the rehearsal was of ${short(found.sha)}, not of ${short(release.sha)}`, ANEW);
    if (found.productionSha !== (production?.sha ?? null))
      return wait('production has changed since the rehearsal', ANEW);
    if (!found.succeeded)
      return fail('the rehearsal failed', 'Read its log, mend what failed, and rehearse the new commit.');
    const age = ageOf(found.snapshotTakenAt, now);
    if (!(age <= seconds(limit)))
      return wait(
        `the rehearsal is stale: its data (${found.snapshot}) is ${span(age)} old, at most ${limit} is allowed`,
        ANEW,
      );
    return pass(`took ${span(found.seconds)} on data that is ${span(age)} old`);
  },
};
