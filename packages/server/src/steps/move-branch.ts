import { asFailure, type Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineStep, done, type StepContext } from './step.ts';

const input = z.strictObject({
  project: z.string(),
  /** Production's. */
  branch: z.string(),
  sha: z.string(),
  /** `production-2026-11-21`: the tag is this and a number. */
  tag: z.string().regex(/^[\w.-]+$/),
  /** Of the tag: who let it go, and by what. */
  message: z.string(),
});
type Input = z.infer<typeof input>;

const TRIES = 5;
const FIRST_WAIT_MILLISECONDS = 2000;

interface Moved {
  readonly branch: 'moved' | 'made' | 'there';
  readonly tag: string;
}

/**
 * Production serves the release already: that its repository is away, or will not take it, is told and takes nothing back. So this step
 * never fails a deployment, and the branch is never moved by force.
 */
export const moveBranch = defineStep({
  kind: 'move-branch',
  input,
  limit: () => 300,
  run: async (asked, context) => {
    const outcome = await patiently(context, () => move(asked, context));
    if ('moved' in outcome)
      return done(`${asked.branch} ${WORDS[outcome.moved.branch]}, tagged ${outcome.moved.tag}`, {
        moved: true,
        reason: null,
        ...outcome.moved,
      });
    const { message: reason } = outcome.failure;
    context.log('step', `the branch was not moved: ${reason}`);
    return done(`${asked.branch} was not moved: ${reason}`, { moved: false, reason, branch: null, tag: null });
  },
});

const WORDS: Readonly<Record<Moved['branch'], string>> = {
  moved: 'moved forward',
  made: 'made',
  there: 'has it already',
};

const move = async ({ project, branch, sha, tag, message }: Input, { ports }: StepContext): Promise<Moved> => {
  const release = await ports.releases(project);
  const { history, branches } = await ports.repository(project);
  const head = (await branches())[branch] ?? null;
  // Somebody may have moved it further by now.
  const there = head !== null && (await history.contains(head, sha));
  return {
    branch: there ? 'there' : await release.forward(branch, sha),
    tag: await release.tag({ prefix: tag, sha, message }),
  };
};

const patiently = async (
  context: StepContext,
  work: () => Promise<Moved>,
): Promise<{ readonly moved: Moved } | { readonly failure: Failure }> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { moved: await work() };
    } catch (error) {
      const failure = asFailure(error, 'move-branch');
      // Asked to stop: whoever goes on does it again.
      if (context.signal.aborted) throw error;
      if (!failure.row.retry || attempt >= TRIES) return { failure };
      context.log('step', `${failure.message} (attempt ${attempt} of ${TRIES})`);
      await context.sleep(FIRST_WAIT_MILLISECONDS * 2 ** (attempt - 1));
    }
  }
};
