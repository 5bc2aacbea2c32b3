import { createHash } from 'node:crypto';
import { asFailure } from '@slipway/contracts/failure';
import type { PreviewView } from '@slipway/contracts/views';
import type { Slipway } from '../flows/slipway.ts';
import { setEnvironment } from '../store/environments.ts';
import { feedbackState, saveFeedback } from '../store/feedback.ts';
import { listProjects, type Project } from '../store/projects.ts';
import { previewComment, previewStatus } from '../views/preview-comment.ts';
import { previewViews } from '../views/preview-view.ts';
import { type Loop, startLoop } from './loop.ts';

const LONGEST_WAIT_SECONDS = 300;

/**
 * Tells the pull request what its preview is doing. The comment is made from the present state, so a message that could not be sent is
 * simply the next one; GitHub being away never holds a preview up.
 */
export const sendFeedback = (slipway: Slipway): Loop =>
  startLoop('feedback', 1000, slipway, async (signal) => {
    if (slipway.sourceHost === null) return;
    for (const project of await listProjects(slipway.db)) {
      if (project.repository === null) continue;
      for (const view of await previewViews(slipway.db, { project: project.name, id: null, closed: true }, passwordOf(slipway))) {
        if (signal.aborted) return;
        await tell(slipway, project, view);
      }
    }
  });

const passwordOf = (slipway: Slipway) => async (environment: string): Promise<string | null> =>
  (await slipway.ports.secrets.ensure(environment, 'admin-password')).reveal();

const tell = async (slipway: Slipway, project: Project, view: PreviewView): Promise<void> => {
  const host = slipway.sourceHost;
  const repository = project.repository;
  if (host === null || repository === null) return;
  const id = `${project.name}/pr-${view.number}`;
  const body = previewComment(view, { runLog: `slipway run logs ${view.run ?? ''}` });
  const status = previewStatus(view);
  const wanted = createHash('sha256').update(body).update(JSON.stringify(status)).digest('hex');
  const state = await feedbackState(slipway.db, id);
  if (state?.sentHash === wanted || (state !== null && state.nextAttemptAt > slipway.clock.now() && state.attempts > 0)) return;
  try {
    const commentId = await host.upsertComment({
      repository,
      number: view.number,
      marker: `slipway:${slipway.instance}:${id}`,
      body,
      knownId: state?.commentId ?? null,
    });
    await host.setStatus(repository, { sha: view.sha, context: 'slipway/preview', ...status, url: view.url });
    await setEnvironment(slipway.db, id, { commentId });
    await saveFeedback(slipway.db, id, { wantedHash: wanted, sentHash: wanted, attempts: 0, waitSeconds: 0, error: null });
  } catch (error) {
    const failure = asFailure(error, id);
    const attempts = (state?.attempts ?? 0) + 1;
    const waitSeconds = Math.min(Number(failure.facts['retryAfter'] ?? 2 ** attempts), LONGEST_WAIT_SECONDS);
    await saveFeedback(slipway.db, id, { wantedHash: wanted, sentHash: state?.sentHash ?? null, attempts, waitSeconds, error: failure.message });
    slipway.logger.warn({ err: error, environment: id, attempts }, 'the pull request could not be told');
  }
};
