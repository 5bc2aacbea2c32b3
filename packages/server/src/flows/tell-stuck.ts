import { asFailure } from '@slipway/contracts/failure';
import { raiseEvent, resolveEvent } from '../store/events.ts';
import type { Run } from '../store/runs.ts';
import type { Slipway } from './slipway.ts';

/** Once may be chance, and twice a crash in between. */
const TELL_AFTER = 3;

const eventOf = ({ project, environment }: Run) => ({ project, kind: 'run-stuck', subject: environment });

/**
 * A run that meets a defect of ours breaks off and is taken up again, over and over: what it has done stays, and nothing else of its
 * environment begins. People have to know; the log has the whole of it.
 */
export const tellStuck = async ({ db, logger }: Slipway, run: Run, error: unknown): Promise<void> => {
  if (asFailure(error).code !== 'internal' || run.attempts < TELL_AFTER) return;
  const why = error instanceof Error ? error.message : String(error);
  const message = `${run.kind} of ${run.environment} (run ${run.id}) broke off ${run.attempts} times, and goes on trying: ${why}. This is a defect of Slipway; \`slipway run cancel ${run.id}\` gives it up where it has not gone live.`;
  await raiseEvent(db, { ...eventOf(run), message }).catch((failure: unknown) =>
    logger.error({ err: failure, run: run.id }, 'that a run is stuck could not be told'),
  );
};

export const noLongerStuck = async ({ db }: Slipway, run: Run): Promise<void> => {
  if (run.attempts >= TELL_AFTER) await resolveEvent(db, eventOf(run));
};
