import { fail, type Gate, pass, wait } from './gate.ts';
import { some } from './shared/words.ts';

/** What was tried on a staging that could send real mail was not tried safely, and says that its copy is not what it should be. */
export const neutralisation: Gate = {
  id: 'neutralisation',
  asks: 'Staging could reach nothing outside when it was last looked at.',
  covers: "What `slipway neutralise check` asks of staging's database, as of the last start on new data.",
  judge: ({ neutralisation: found }) => {
    if (found === null)
      return wait("staging's database was never looked at", 'Refresh it: `slipway staging refresh --wait`.');
    if (!found.valid)
      return fail(
        `staging is not neutralised: ${some(found.problems)}`,
        '`slipway neutralise check` says what each means; a refresh neutralises again.',
      );
    return pass('staging reaches nothing outside');
  },
};
