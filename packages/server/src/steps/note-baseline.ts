import { asFailure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { calmLog } from '../odoo/watch/calm.ts';
import { type FailingCron, type Fingerprint, failingCrons, fingerprintsOf } from '../odoo/watch/fingerprints.ts';
import { readGraveLines } from '../odoo/watch/read-log.ts';
import { defineStep, done } from './step.ts';

/** More kinds of errors than any Odoo that people can use. */
const MOST_KINDS = 500;

/** What went wrong before a deployment; null: nobody knows. */
export interface LogBaseline {
  readonly known: { readonly errors: readonly Fingerprint[]; readonly failingCrons: readonly FailingCron[] } | null;
  /** ISO: until when its log was read. */
  readonly until: string;
}

/**
 * Remembers which errors are no news, for the watch after the deployment: the container of scheduled actions, and its log with it, is
 * gone by then. All that the containers still hold, since what fails once a month is no news either.
 */
export const noteBaseline = defineStep({
  kind: 'note-baseline',
  input: z.strictObject({ environment: z.string(), slot: z.enum(['blue', 'green']) }),
  limit: () => 120,
  run: async ({ environment, slot }, { ports, signal, now, log }) => {
    const until = new Date(now()).toISOString();
    try {
      const read = (one: 'blue' | 'green' | 'cron') =>
        readGraveLines(ports.workload, { environment, slot: one }, { signal });
      const { lines } = calmLog([...(await read(slot)), ...(await read('cron'))]);
      const errors = fingerprintsOf(lines).slice(0, MOST_KINDS);
      const baseline: LogBaseline = { known: { errors, failingCrons: failingCrons(lines) }, until };
      return done(`${errors.length} kinds of errors are known from before`, baseline);
    } catch (error) {
      const failure = asFailure(error);
      // A target that is away is waited for; else a deployment does not fail for want of what it is compared with.
      if (signal.aborted || failure.row.retry) throw error;
      log('step', `the log of what serves cannot be read: ${failure.message}`);
      const baseline: LogBaseline = { known: null, until };
      return done('what serves has a log that cannot be read', baseline);
    }
  },
});
