import { fail, type Gate, pass } from './gate.ts';
import { needsNone, outlived } from './shared/rehearsed.ts';
import { ageOf, span } from './shared/words.ts';

/** It is begun by itself when a promotion is asked for (flows/promote.ts); one that failed is not begun again. */
export const rehearsal: Gate = {
  id: 'rehearsal',
  asks: 'This very update was carried out on a fresh sanitised copy of production.',
  covers:
    'It is over when the release or production changed, or when its data is older than `promotion.rehearsal_max_age`. What updates no data needs none.',
  judge: (facts, settings) => {
    const settled = needsNone(facts) ?? outlived(facts, settings);
    if (settled !== null) return settled;
    const { rehearsal: found, now } = facts;
    if (found?.succeeded !== true)
      return fail(
        `the rehearsal failed: ${found?.failed ?? 'nobody knows why'}`,
        `Mend what failed (\`slipway rehearsal show ${found?.run}\`), or, where it was no fault of the release, \`slipway rehearse\` again.`,
      );
    const data = `on data that is ${span(ageOf(found.snapshotTakenAt ?? '', now))} old`;
    return pass(`${found.forecast ?? `took ${span(found.seconds)}`}; ${data}`);
  },
};
