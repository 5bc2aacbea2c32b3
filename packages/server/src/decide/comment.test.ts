import { describe, expect, it } from 'vitest';
import type { CommentCommand } from '../domain/event.ts';
import { decideComment } from './comment.ts';
import type { KnownPull } from './known-pull.ts';

const decide = (
  verb: CommentCommand['verb'],
  state: KnownPull['state'],
  options: { fresh?: boolean; approved?: boolean; mayWrite?: boolean | 'unknown' } = {},
) => {
  const decision = decideComment(
    {
      kind: 'comment-commanded',
      repository: 'octo/shop',
      number: 12,
      command: { verb, fresh: options.fresh ?? false },
      sender: 'hubot',
      at: '2026-11-20T10:00:00.000Z',
    },
    { known: state && { state, approved: options.approved ?? false }, mayWrite: options.mayWrite ?? true },
  );
  const fresh = decision.kind === 'open-preview' && decision.fresh ? ' (fresh)' : '';
  return `${decision.kind}: ${decision.reason}${fresh}`;
};

describe('decideComment', () => {
  it.each([
    ['rebuild', 'live', {}, 'open-preview: hubot asked for a rebuild'],
    ['rebuild', 'failed', { fresh: true }, 'open-preview: hubot asked for a rebuild from a new database (fresh)'],
    ['rebuild', null, {}, 'ignore: there is no preview to rebuild; `/slipway open` opens one'],
    ['rebuild', 'closed', {}, 'ignore: there is no preview to rebuild; `/slipway open` opens one'],
    ['rebuild', 'blocked', {}, 'ignore: it is blocked: `/slipway approve` comes first'],
    ['open', null, {}, 'open-preview: hubot asked for it'],
    ['open', 'closed', {}, 'open-preview: hubot asked for it'],
    ['open', 'failed', {}, 'open-preview: hubot asked for it'],
    ['open', 'live', {}, 'ignore: its preview is open; `/slipway rebuild` builds it again'],
    ['open', 'blocked', {}, 'approve-preview: hubot opened it'],
    ['close', 'queued', {}, 'close-preview: hubot asked for it'],
    ['close', 'blocked', {}, 'close-preview: hubot asked for it'],
    ['close', 'closed', {}, 'ignore: there is no preview to close'],
    ['close', null, {}, 'ignore: there is no preview to close'],
    ['approve', 'blocked', {}, 'approve-preview: hubot approved it'],
    ['approve', null, {}, 'approve-preview: hubot approved it'],
    ['approve', 'blocked', { approved: true }, 'approve-preview: hubot approved it'],
    ['approve', 'live', { approved: true }, 'ignore: it is approved'],
    ['approve', 'live', {}, 'ignore: it waits for no approval'],
    ['approve', 'blocked', { mayWrite: false }, 'ignore: hubot has no write access'],
    ['close', 'live', { mayWrite: false }, 'ignore: hubot has no write access'],
    ['rebuild', 'live', { mayWrite: 'unknown' }, 'ignore: whether hubot may write could not be asked'],
  ] as const)('/slipway %s while it is %s %o: %s', (verb, state, options, expected) => {
    expect(decide(verb, state, options)).toBe(expected);
  });
});
