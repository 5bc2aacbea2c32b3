import { seconds } from '@slipway/contracts/project-config';
import { type Gate, pass, wait } from './gate.ts';
import { ageOf, span } from './shared/words.ts';

/** It waits and never fails: whoever asks for a promotion has a backup begun where this one is missing (flows/promote.ts). */
export const backup: Gate = {
  id: 'backup',
  asks: 'The newest backup of production is not older than `promotion.backup_max_age`.',
  covers: 'That there is one, and when it was taken. That it can be restored is what drills prove.',
  judge: ({ backup: newest, production, now }, { backup_max_age: limit }) => {
    if (production === null) return pass('nothing is in production yet');
    const fix = 'One is made by itself when a promotion is asked for; follow it with `slipway backup list`.';
    if (newest === null) return wait('there is no backup of production', fix);
    const age = ageOf(newest.takenAt, now);
    // One from the future comes of a clock that is wrong, and says nothing.
    if (age > seconds(limit) || age < -60 || Number.isNaN(age))
      return wait(`the newest backup (${newest.id}) is ${span(age)} old, at most ${limit} is allowed`, fix);
    return pass(`${newest.id} is ${span(age)} old`);
  },
};
