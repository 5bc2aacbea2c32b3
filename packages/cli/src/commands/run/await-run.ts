import { Failure } from '@slipway/contracts/failure';
import type { RunView } from '@slipway/contracts/views';
import type { ApiClient } from '../../api/client.ts';
import { printable } from '../../output/printable.ts';
import { spinner } from '../../output/screen.ts';
import { elapsed } from '../../output/time.ts';
import type { Session } from '../../session.ts';
import { currentStep } from '../../show/run.ts';

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

/** Looks until the run has ended; shows step, last line of its log, and time. Failures: wait-timeout, server-unreachable. */
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
    if (view !== null) {
      seen = now;
      if (!OPEN.has(view.state)) {
        progress.clear();
        return view;
      }
      const step = currentStep(view);
      const head = printable(
        `${view.kind} ${view.state}${view.position === null ? '' : `, position ${view.position}`}${step === null ? '' : `, ${step}`}`,
      );
      const screen = session.noteScreen;
      const line = `${spinner(screen, now - since)} ${head}  ${screen.paint('dim', elapsed(now - since))}`;
      progress.show(view.reason === null ? [line] : [line, `  ${screen.paint('dim', printable(view.reason))}`], head);
    }
    if (now - since > timeout)
      throw new Failure('wait-timeout', { what: `Run ${run}`, seconds: Math.round(timeout / 1000) });
    await io.sleep(POLL_MILLISECONDS, io.signal);
  }
};
