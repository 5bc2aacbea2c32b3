import { createHash } from 'node:crypto';
import { asFailure } from '@slipway/contracts/failure';
import type { PreviewView } from '@slipway/contracts/views';
import type { Slipway } from '../flows/slipway.ts';
import type { SourceHost } from '../ports/source-host.ts';
import { requireEnvironment, setEnvironment } from '../store/environments.ts';
import { type Feedback, feedbackFailed, feedbackSent, takeDueFeedback, wantFeedback } from '../store/feedback.ts';
import { projectByName } from '../store/projects.ts';
import { previewComment, previewStatus } from '../views/preview-comment.ts';
import { previewViews } from '../views/preview-view.ts';
import { type ProductionStatuses, productionStatuses } from '../views/production-status.ts';
import { type StagingStatuses, stagingStatuses } from '../views/staging-status.ts';
import { type Loop, startLoop } from './loop.ts';

const LONGEST_WAIT_SECONDS = 300;
const HOLD_SECONDS = 60;

/**
 * Tells the pull request what its preview is doing, and a commit of staging's branch whether it was deployed. The text is made from the
 * present state, so what could not be sent is simply overtaken by the next; a source host that is away never holds anything up.
 */
export const sendFeedback = (slipway: Slipway): Loop =>
  startLoop('feedback', 1000, slipway, (signal) => tellWhatIsDue(slipway, signal));

/** One look. Separate from the loop, so that tests own the time. */
export const tellWhatIsDue = async (slipway: Slipway, signal: AbortSignal): Promise<void> => {
  const { sourceHost } = slipway;
  if (sourceHost === null) return;
  const views = await previewViews(slipway.db, { project: null, id: null, closed: true }, passwordOf(slipway));
  const tellings = [
    ...views.map((view) => previewTelling(slipway, view)),
    ...(await stagingStatuses(slipway.db)).map(stagingTelling),
    ...(await productionStatuses(slipway.db)).map(productionTelling),
  ];
  const known = new Map(tellings.map((telling) => [telling.environment, telling]));
  for (const { environment, hash } of known.values()) await wantFeedback(slipway.db, environment, hash);
  for (const due of await takeDueFeedback(slipway.db, 20, HOLD_SECONDS)) {
    const telling = known.get(due.environment);
    if (telling !== undefined && !signal.aborted) await tell(slipway, sourceHost, { due, telling });
  }
};

const passwordOf =
  (slipway: Slipway) =>
  async (environment: string): Promise<string | null> =>
    (await slipway.ports.secrets.ensure(environment, 'admin-password')).reveal();

interface Telling {
  readonly environment: string;
  readonly project: string;
  /** Of all that is told. */
  readonly hash: string;
  /** Answers what is remembered as told. */
  readonly send: (host: SourceHost, repository: string, told: string | null) => Promise<string>;
}

const hashOf = (...texts: readonly string[]): string =>
  texts.reduce((hash, text) => hash.update(text), createHash('sha256')).digest('hex');

const previewTelling = (slipway: Slipway, view: PreviewView): Telling => {
  const environment = `${view.project}/pr-${view.number}`;
  const body = previewComment(view, { runLog: `slipway run logs ${view.run ?? ''}` });
  const status = previewStatus(view);
  return {
    environment,
    project: view.project,
    hash: hashOf(body, JSON.stringify(status)),
    send: async (host, repository) => {
      const { commentId } = await requireEnvironment(slipway.db, environment);
      const marker = `slipway:${slipway.instance}:${environment}`;
      const id = await host.upsertComment({ repository, number: view.number, marker, body, knownId: commentId });
      await setEnvironment(slipway.db, environment, { commentId: id });
      await host.setStatus(repository, { sha: view.sha, context: 'slipway/preview', ...status, url: view.url });
      return status.state;
    },
  };
};

/** What each commit was told last, so that only news is sent. */
const stagingTelling = ({ environment, project, url, statuses }: StagingStatuses): Telling => {
  const now = Object.fromEntries(statuses.map(({ sha, ...status }) => [sha, hashOf(JSON.stringify(status))]));
  return {
    environment,
    project,
    hash: hashOf(JSON.stringify(now)),
    send: async (host, repository, told) => {
      const before = (told === null ? {} : JSON.parse(told)) as Readonly<Record<string, string>>;
      for (const status of statuses)
        if (before[status.sha] !== now[status.sha])
          await host.setStatus(repository, { ...status, context: 'slipway/staging', url });
      return JSON.stringify(now);
    },
  };
};

/** Of each release what it was told last; in the order in which they were deployed. */
const productionTelling = ({ environment, project, url, statuses }: ProductionStatuses): Telling => {
  const now = Object.fromEntries(statuses.map((status) => [status.sha, hashOf(JSON.stringify(status))]));
  return {
    environment,
    project,
    hash: hashOf(JSON.stringify(now)),
    send: async (host, repository, told) => {
      const before = (told === null ? {} : JSON.parse(told)) as Readonly<Record<string, string>>;
      for (const { run: _, ...status } of statuses)
        if (before[status.sha] !== now[status.sha])
          await host.setDeployment(repository, { ...status, environment: 'production', url });
      return JSON.stringify(now);
    },
  };
};

const tell = async (
  slipway: Slipway,
  host: SourceHost,
  { due, telling }: { readonly due: Feedback; readonly telling: Telling },
): Promise<void> => {
  const { environment, hash } = telling;
  const { repository } = await projectByName(slipway.db, telling.project);
  if (repository === null) return feedbackSent(slipway.db, environment, { hash, status: null });
  try {
    const status = await telling.send(host, repository, due.statusSent);
    await feedbackSent(slipway.db, environment, { hash, status });
  } catch (error) {
    const failure = asFailure(error, environment);
    const retrySeconds = Math.min(Number(failure.facts['retryAfter'] ?? 2 ** (due.attempts + 1)), LONGEST_WAIT_SECONDS);
    await feedbackFailed(slipway.db, environment, { error: failure.message, retrySeconds });
    slipway.logger.warn({ err: error, environment, retrySeconds }, 'the source host could not be told');
  }
};
