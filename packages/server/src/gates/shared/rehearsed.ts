import { seconds } from '@slipway/contracts/project-config';
import type { PromotionSettings } from '@slipway/contracts/promotion-config';
import type { PromotionFacts } from '../../domain/promotion.ts';
import { type Judgement, pass, wait } from '../gate.ts';
import { ageOf, short, span } from './words.ts';

const ANEW = 'Rehearse this release again: `slipway rehearse`.';

/** What needs no rehearsal; null: an update of a production that is there. */
export const needsNone = ({ production, change }: PromotionFacts): Judgement | null => {
  if (production === null) return pass('nothing is in production yet');
  return change.update.length + change.install.length === 0
    ? pass('code only: no data is updated, so there is nothing to rehearse')
    : null;
};

/** What is wrong with a rehearsal whatever it found: it was of something else, or too long ago. Null: nothing. */
export const outlived = (
  { rehearsal: found, release, production, now }: PromotionFacts,
  { rehearsal_max_age: limit }: Pick<PromotionSettings, 'rehearsal_max_age'>,
): Judgement | null => {
  if (found === null) return wait('this release was not rehearsed', 'Rehearse it: `slipway rehearse`.');
  if (found.sha !== release.sha)
    return wait(`the rehearsal was of ${short(found.sha)}, not of ${short(release.sha)}`, ANEW);
  if (found.imageDigest !== release.imageDigest)
    return wait(`the rehearsal was of another image of ${short(found.sha)}`, ANEW);
  if (found.productionSha !== (production?.sha ?? null) || found.productionSince !== (production?.since ?? null))
    return wait('production has changed since the rehearsal', ANEW);
  // What failed before it had any data is not made older by that.
  if (found.snapshotTakenAt === null && !found.succeeded) return null;
  const age = ageOf(found.snapshotTakenAt ?? '', now);
  // One from the future comes of a clock that is wrong, and says nothing.
  if (!(age <= seconds(limit)) || age < -60)
    return wait(
      `the rehearsal is stale: its data (${found.snapshot}) is ${span(age)} old, at most ${limit} is allowed`,
      ANEW,
    );
  return null;
};
