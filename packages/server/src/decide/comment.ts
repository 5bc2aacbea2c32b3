import type { Decision, SourceEvent } from '../domain/event.ts';
import { type KnownPull, present } from './known-pull.ts';

export type CommentEvent = Extract<SourceEvent, { kind: 'comment-commanded' }>;

export interface CommentContext {
  /** null: nothing was ever heard of the pull request. */
  readonly known: Pick<KnownPull, 'state' | 'approved'> | null;
  /** Whether the sender of the comment may write to the repository; `unknown` when GitHub could not be asked. */
  readonly mayWrite: boolean | 'unknown';
}

/**
 * What a `/slipway` command means. Only those may command who could push: a command can spend money and hand out
 * secrets. `approve-preview`: remember the approval for the commit known last, and open the preview if it is blocked.
 */
export const decideComment = (event: CommentEvent, { known, mayWrite }: CommentContext): Decision => {
  const { sender, number } = event;
  if (mayWrite === 'unknown') return ignore(`whether ${sender} may write could not be asked`);
  if (!mayWrite) return ignore(`${sender} has no write access`);
  const state = known?.state ?? null;
  switch (event.command.verb) {
    case 'rebuild':
      return rebuild(event, state);
    case 'open':
      return openAgain(event, state);
    case 'close':
      return present(state)
        ? { kind: 'close-preview', number, reason: `${sender} asked for it` }
        : ignore('there is no preview to close');
    case 'approve':
      return approve(event, state, known?.approved ?? false);
  }
};

const rebuild = ({ number, sender, command }: CommentEvent, state: KnownPull['state']): Decision => {
  if (state === 'blocked') return ignore('it is blocked: `/slipway approve` comes first');
  if (!present(state)) return ignore('there is no preview to rebuild; `/slipway open` opens one');
  const what = command.fresh ? 'a rebuild from a new database' : 'a rebuild';
  return { kind: 'open-preview', number, reason: `${sender} asked for ${what}`, fresh: command.fresh };
};

const openAgain = ({ number, sender }: CommentEvent, state: KnownPull['state']): Decision => {
  // The sender could approve it as well, and means just that.
  if (state === 'blocked') return { kind: 'approve-preview', number, reason: `${sender} opened it` };
  if (present(state) && state !== 'failed') return ignore('its preview is open; `/slipway rebuild` builds it again');
  return { kind: 'open-preview', number, reason: `${sender} asked for it`, fresh: false };
};

const approve = ({ number, sender }: CommentEvent, state: KnownPull['state'], approved: boolean): Decision => {
  if (state === 'blocked') return { kind: 'approve-preview', number, reason: `${sender} approved it` };
  if (approved) return ignore('it is approved');
  if (present(state)) return ignore('it waits for no approval');
  return { kind: 'approve-preview', number, reason: `${sender} approved it` };
};

const ignore = (reason: string): Decision => ({ kind: 'ignore', reason });
