/**
 * Patterns for paths, as Python's glob takes them: `*`, `?`, `[abc]`, and `**` for any number of folders. In time that grows with pattern times
 * path, whatever strangers write; regular expressions made of patterns do not promise that.
 */

type Token = '*' | ((character: string) => boolean);

const PIECE = /\*+|\?|\[!?\]?[^\]]*\]|[\s\S]/gu;

const tokensOf = (segment: string): readonly Token[] =>
  [...segment.matchAll(PIECE)].map(([piece]): Token => {
    if (piece.startsWith('*')) return '*';
    if (piece === '?') return () => true;
    return piece.length > 2 && piece.startsWith('[') ? classOf(piece.slice(1, -1)) : (character) => character === piece;
  });

/** `[a-z_]`, `[!a]`. */
const classOf = (inside: string): ((character: string) => boolean) => {
  const isNot = inside.startsWith('!');
  const members = [...(isNot ? inside.slice(1) : inside).matchAll(/([\s\S])-([\s\S])|([\s\S])/gu)];
  const isIn = (character: string): boolean =>
    members.some(([, from, to, one]) =>
      from !== undefined && to !== undefined ? from <= character && character <= to : one === character,
    );
  return (character) => isIn(character) !== isNot;
};

/** The last `*` takes one character more when what follows it does not fit: no other has to be tried again. */
const fitsSegment = (tokens: readonly Token[], text: string): boolean => {
  // As in a shell, a name that starts with a dot is meant only by name.
  if (text.startsWith('.') && (tokens[0] === '*' || tokens[0]?.('/') === true)) return false;
  const characters = [...text];
  let [token, at, star, starAt] = [0, 0, -1, 0];
  while (at < characters.length) {
    const next = tokens[token];
    if (next === '*') [star, starAt, token] = [token, at, token + 1];
    else if (next?.(characters[at] ?? '')) [token, at] = [token + 1, at + 1];
    else if (star >= 0) [starAt, at, token] = [starAt + 1, starAt + 1, star + 1];
    else return false;
  }
  return tokens.slice(token).every((left) => left === '*');
};

export type Matcher = (path: string) => boolean;

/** `before[i]`: whether the segments of the pattern so far fit the first `i` segments of the path. */
export const globMatcher = (pattern: string): Matcher => {
  const parts = pattern.split('/').map((segment) => (segment === '**' ? ('**' as const) : tokensOf(segment)));
  return (path) => {
    const segments = path.split('/');
    let before = [true, ...segments.map(() => false)];
    for (const part of parts) {
      const now = [part === '**' && before[0] === true];
      for (const [i, segment] of segments.entries())
        now.push(
          part === '**'
            ? before[i + 1] === true || (now[i] === true && !segment.startsWith('.'))
            : before[i] === true && fitsSegment(part, segment),
        );
      before = now;
    }
    return before.at(-1) === true;
  };
};
