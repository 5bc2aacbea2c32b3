import type { CommentCommand } from '../../domain/event.ts';

export const COMMANDS = ['rebuild', 'rebuild fresh', 'open', 'close', 'approve'] as const;

export type ParsedComment =
  | { readonly kind: 'command'; readonly command: CommentCommand }
  | { readonly kind: 'none'; readonly reason: string };

const VERBS: ReadonlyMap<string, CommentCommand> = new Map([
  ['rebuild', { verb: 'rebuild', fresh: false }],
  ['rebuild fresh', { verb: 'rebuild', fresh: true }],
  ['open', { verb: 'open', fresh: false }],
  ['close', { verb: 'close', fresh: false }],
  ['approve', { verb: 'approve', fresh: false }],
]);

/** Reads `/slipway …` from the first line of a comment; a quoted or later line is talk about a command, not one. */
export const parseComment = (body: string): ParsedComment => {
  const first = (body.split(/\r?\n/, 1)[0] ?? '').trim();
  const words = first.split(/\s+/);
  if (words[0]?.toLowerCase() !== '/slipway') return { kind: 'none', reason: 'the comment holds no /slipway command' };
  const asked = words.slice(1).join(' ').toLowerCase();
  const command = VERBS.get(asked);
  if (command !== undefined) return { kind: 'command', command };
  return {
    kind: 'none',
    reason: `there is no command "/slipway ${asked.slice(0, 40)}"; known are: ${COMMANDS.join(', ')}`,
  };
};
