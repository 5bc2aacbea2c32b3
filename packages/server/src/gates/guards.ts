import { fail, type Gate, pass, wait } from './gate.ts';
import { counted, short } from './shared/words.ts';

export const guards: Gate = {
  id: 'guards',
  asks: '`slipway guard` finds no error in this commit.',
  covers: 'All guards, with the suppressions of slipway.yaml. Warnings pass.',
  judge: ({ guards: found, release }) => {
    if (found === null)
      return wait(
        `no guard has looked at ${short(release.sha)} yet`,
        'Deploy the commit to staging; the guards look at it there.',
      );
    if (found.errors > 0)
      return fail(
        `the guards found ${counted(found.errors, 'error')} in ${short(release.sha)}`,
        '`slipway guard` shows each with file and line; mend them, or suppress one with a reason and a last day.',
      );
    return pass(`no errors, ${counted(found.warnings, 'warning')}`);
  },
};
