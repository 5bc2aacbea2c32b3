import { Failure } from '@slipway/contracts/failure';
import type { PreviewState, PreviewView, RunView } from '@slipway/contracts/views';
import type { ApiClient } from '../../api/client.ts';
import { printable } from '../../output/printable.ts';
import { type Screen, spinner } from '../../output/screen.ts';
import { elapsed } from '../../output/time.ts';
import type { Session } from '../../session.ts';
import { currentStep } from '../../show/run.ts';

const POLL_MILLISECONDS = 500;
/** A control plane that restarts is back within seconds; what it was doing goes on. */
const PATIENCE_MILLISECONDS = 60_000;

const RESTING: ReadonlySet<PreviewState> = new Set(['live', 'sleeping', 'failed', 'blocked']);
const RUNNING: ReadonlySet<RunView['state']> = new Set(['queued', 'running']);

/** Whether the preview serves the commit that was asked for. */
export const isServing = (preview: PreviewView): boolean =>
  (preview.state === 'live' || preview.state === 'sleeping') &&
  preview.failure === null &&
  preview.liveSha === preview.sha;

/** Nothing more will happen by itself. A preview can be live while a run still moves it to a newer commit. */
const isSettled = (preview: PreviewView, run: RunView | null): boolean => {
  if (preview.state === 'closed') return true;
  return RESTING.has(preview.state) && (run === null || !RUNNING.has(run.state));
};

interface Moment {
  readonly preview: PreviewView;
  readonly run: RunView | null;
}

const headline = ({ preview, run }: Moment): string => {
  const parts = [`preview ${preview.number} ${preview.state}`];
  if (preview.position !== null) parts.push(`position ${preview.position} in the queue`);
  const step = run === null ? null : currentStep(run);
  if (step !== null && preview.position === null) parts.push(step);
  return printable(parts.join(', '));
};

const region = (moment: Moment, screen: Screen, since: number): string[] => {
  const time = screen.now.getTime() - since;
  const reason = moment.preview.reason === null ? [] : [`  ${screen.paint('dim', printable(moment.preview.reason))}`];
  return [`${spinner(screen, time)} ${headline(moment)}  ${screen.paint('dim', elapsed(time))}`, ...reason];
};

interface Waiting {
  readonly session: Session;
  readonly api: ApiClient;
  /** Milliseconds. */
  readonly timeout: number;
}

const look = async (api: ApiClient, { project, number }: PreviewView): Promise<Moment> => {
  const preview = await api.call('preview', { parameters: { project, number } });
  // The newest run: a commit that came in the meantime has taken the place of ours.
  const run = preview.run === null ? null : await api.call('run', { parameters: { run: preview.run } });
  return { preview, run };
};

/** Looks until nothing more happens; shows state, place in the queue, step and time. Failures: wait-timeout, server-unreachable. */
export const awaitPreview = async (
  answer: { readonly preview: PreviewView },
  { session, api, timeout }: Waiting,
): Promise<PreviewView> => {
  const { io } = session;
  const since = io.now().getTime();
  const progress = session.progress();
  let seen = since;
  for (;;) {
    const moment = await look(api, answer.preview).catch((error: unknown) => {
      const gone = error instanceof Failure && error.code === 'server-unreachable';
      if (!gone || io.signal.aborted || io.now().getTime() - seen > PATIENCE_MILLISECONDS) throw error;
      return null;
    });
    const now = io.now().getTime();
    if (moment === null)
      progress.show(['The server does not answer; trying again.'], 'the server does not answer; trying again');
    else {
      seen = now;
      if (isSettled(moment.preview, moment.run)) {
        progress.clear();
        return moment.preview;
      }
      progress.show(region(moment, session.noteScreen, since), headline(moment));
    }
    if (now - since > timeout)
      throw new Failure('wait-timeout', {
        what: `Preview ${answer.preview.number}`,
        seconds: Math.round(timeout / 1000),
      });
    await io.sleep(POLL_MILLISECONDS, io.signal);
  }
};
