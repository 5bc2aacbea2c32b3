import { fail, type Gate, pass, wait } from './gate.ts';
import { short } from './shared/words.ts';

export const tests: Gate = {
  id: 'tests',
  asks: 'The tests of this commit are not red on staging.',
  covers: "Odoo's tests of the modules that changed, on a copy of staging's data; yellow (warnings) passes.",
  judge: ({ tests: verdict, release }) => {
    if (verdict === null)
      return wait(
        `staging has no verdict on ${short(release.sha)}`,
        'Deploy the commit to staging: `slipway staging deploy --wait`.',
      );
    if (verdict === 'red')
      return fail(
        `the tests of ${short(release.sha)} are red on staging`,
        'Mend what fails (`slipway build list`, `slipway run logs`), push, and promote the new commit.',
      );
    return pass(`${verdict} on staging`);
  },
};
