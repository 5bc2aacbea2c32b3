import { Failure } from '@slipway/contracts/failure';
import type { RunView } from '@slipway/contracts/views';
import type { ApiClient } from '../api/client.ts';
import { printable } from '../output/printable.ts';
import { type Screen, spinner } from '../output/screen.ts';
import { elapsed } from '../output/time.ts';
import type { Session } from '../session.ts';
import { currentStep } from '../show/run.ts';

const POLL_MILLISECONDS = 500;
/** A control plane that restarts is back within seconds; what it was doing goes on. */
const PATIENCE_MILLISECONDS = 60_000;
const OPEN: ReadonlySet<RunView['state']> = new Set(['queued', 'running']);

interface Waiting {
  readonly session: Session;
  readonly api: ApiClient;
  /** Milliseconds. */
  readonly timeout: number;
}

const headline = (run: RunView): string => {
  const parts = [`${run.kind} ${run.state}`];
  if (run.position !== null) parts.push(`position ${run.position} in the queue`);
  const step = currentStep(run);
  if (step !== null && run.position === null) parts.push(step);
  return printable(parts.join(', '));
};

const region = (run: RunView, screen: Screen, time: number): string[] => {
  const reason = run.reason === null ? [] : [`  ${screen.paint('dim', printable(run.reason))}`];
  return [`${spinner(screen, time)} ${headline(run)}  ${screen.paint('dim', elapsed(time))}`, ...reason];
};

/** Looks until the run has ended; shows state, step and time. Failures: wait-timeout, server-unreachable. */
export const awaitRun = async (run: string, { session, api, timeout }: Waiting): Promise<RunView> => {
  const { io } = session;
  const since = io.now().getTime();
  const progress = session.progress();
  let seen = since;
  for (;;) {
    const view = await api.call('run', { parameters: { run } }).catch((error: unknown) => {
      const gone = error instanceof Failure && error.code === 'server-unreachable';
      if (!gone || io.signal.aborted || io.now().getTime() - seen > PATIENCE_MILLISECONDS) throw error;
      return null;
    });
    const now = io.now().getTime();
    if (view === null)
      progress.show(['The server does not answer; trying again.'], 'the server does not answer; trying again');
    else {
      seen = now;
      if (!OPEN.has(view.state)) {
        progress.clear();
        return view;
      }
      progress.show(region(view, session.noteScreen, now - since), headline(view));
    }
    if (now - since > timeout)
      throw new Failure('wait-timeout', { what: `Run ${run}`, seconds: Math.round(timeout / 1000) });
    await io.sleep(POLL_MILLISECONDS, io.signal);
  }
};
