import { createHash } from 'node:crypto';
import { asFailure } from '@slipway/contracts/failure';
import type { PreviewView } from '@slipway/contracts/views';
import type { Slipway } from '../flows/slipway.ts';
import { requireEnvironment, setEnvironment } from '../store/environments.ts';
import { type Feedback, feedbackFailed, feedbackSent, takeDueFeedback, wantFeedback } from '../store/feedback.ts';
import { projectByName } from '../store/projects.ts';
import { previewComment, previewStatus } from '../views/preview-comment.ts';
import { previewViews } from '../views/preview-view.ts';
import { type Loop, startLoop } from './loop.ts';

const LONGEST_WAIT_SECONDS = 300;
const HOLD_SECONDS = 60;

/**
 * Tells the pull request what its preview is doing. The text is made from the present state, so what could not be sent is simply overtaken
 * by the next; a source host that is away never holds a preview up.
 */
export const sendFeedback = (slipway: Slipway): Loop =>
  startLoop('feedback', 1000, slipway, async (signal) => {
    if (slipway.sourceHost === null) return;
    const views = await previewViews(slipway.db, { project: null, id: null, closed: true }, passwordOf(slipway));
    const texts = new Map(views.map((view) => [`${view.project}/pr-${view.number}`, textOf(view)]));
    for (const [id, text] of texts) await wantFeedback(slipway.db, id, text.hash);
    for (const due of await takeDueFeedback(slipway.db, 20, HOLD_SECONDS)) {
      const text = texts.get(due.environment);
      if (text !== undefined && !signal.aborted) await tell(slipway, due, text);
    }
  });

const passwordOf =
  (slipway: Slipway) =>
  async (environment: string): Promise<string | null> =>
    (await slipway.ports.secrets.ensure(environment, 'admin-password')).reveal();

interface Text {
  readonly view: PreviewView;
  readonly body: string;
  readonly status: ReturnType<typeof previewStatus>;
  readonly hash: string;
}

const textOf = (view: PreviewView): Text => {
  const body = previewComment(view, { runLog: `slipway run logs ${view.run ?? ''}` });
  const status = previewStatus(view);
  return { view, body, status, hash: createHash('sha256').update(body).update(JSON.stringify(status)).digest('hex') };
};

const tell = async (slipway: Slipway, due: Feedback, { view, body, status, hash }: Text): Promise<void> => {
  const { repository } = await projectByName(slipway.db, view.project);
  if (slipway.sourceHost === null || repository === null)
    return feedbackSent(slipway.db, due.environment, { hash, status: null });
  try {
    const { commentId } = await requireEnvironment(slipway.db, due.environment);
    const id = await slipway.sourceHost.upsertComment({
      repository,
      number: view.number,
      marker: `slipway:${slipway.instance}:${due.environment}`,
      body,
      knownId: commentId,
    });
    await setEnvironment(slipway.db, due.environment, { commentId: id });
    await slipway.sourceHost.setStatus(repository, {
      sha: view.sha,
      context: 'slipway/preview',
      ...status,
      url: view.url,
    });
    await feedbackSent(slipway.db, due.environment, { hash, status: status.state });
  } catch (error) {
    const failure = asFailure(error, due.environment);
    const retrySeconds = Math.min(Number(failure.facts['retryAfter'] ?? 2 ** (due.attempts + 1)), LONGEST_WAIT_SECONDS);
    await feedbackFailed(slipway.db, due.environment, { error: failure.message, retrySeconds });
    slipway.logger.warn(
      { err: error, environment: due.environment, retrySeconds },
      'the pull request could not be told',
    );
  }
};
