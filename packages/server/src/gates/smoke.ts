import { fail, type Gate, pass, wait } from './gate.ts';
import { short, some } from './shared/words.ts';

export const smoke: Gate = {
  id: 'smoke',
  asks: 'The smoke tests of this commit passed on staging.',
  covers: 'What the section `smoke` of slipway.yaml asks, before traffic was led to the new version.',
  judge: ({ smoke: found, release }) => {
    if (found === null)
      return wait(
        `no smoke test has run on ${short(release.sha)}`,
        'Deploy the commit to staging again: `slipway staging deploy --wait`.',
      );
    if (found.failed.length > 0)
      return fail(
        `failed on staging: ${some(found.failed)}`,
        'Mend what fails (`slipway smoke <address of staging>` shows it), push, and promote the new commit.',
      );
    return pass('all passed on staging');
  },
};
