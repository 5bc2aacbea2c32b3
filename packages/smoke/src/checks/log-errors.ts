import { fail, pass, type SmokeCheck, skip } from '../check.ts';

export const logErrors: SmokeCheck = {
  id: 'log-errors',
  title: 'Errors in the log',
  proves: 'Starting and being tested left no more errors in the log than are put up with.',
  run: async ({ log, settings }) => {
    if (log === null) return skip('the log is not known from here');
    const { lines, errors } = await log();
    const most = settings.thresholds.log_errors;
    const measured = `${errors.length} in the last ${lines} lines`;
    if (errors.length <= most) return pass(measured);
    return fail(
      `${measured}, at most ${most} wanted: ${errors[0]}`,
      "Mend what the log says (the run's evidence has it), or raise smoke.thresholds.log_errors.",
    );
  },
};
