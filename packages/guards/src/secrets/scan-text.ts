/** The secrets of one text, each at its place and never with its value. Used for the files of a tree, and for those of a history. */
import type { Finding } from '../guard.ts';
import { assignedSecrets } from './assigned.ts';
import { knownFormats } from './known-formats.ts';

/** Pictures, fonts and archives; what programs made, or is full of words that look random: translations, checksums, drawings. */
const SKIPPED =
  /\.(png|jpe?g|gif|webp|ico|woff2?|ttf|otf|eot|pdf|zip|gz|mp[34]|webm|ogg|wav|xlsx?|docx?|bcmap|po|pot|svg|map|lock|sum|css|scss|less)$|(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml)$|\.min\.js$/i;
/** Tests and demonstrations sign in with made-up passwords. What has the form of a real secret is told there too, as a warning. */
const TEST =
  /(^|\/)(tests?|__tests__|spec|fixtures|testdata|testing|demo)\/|(^|\/)test_[^/]*$|_demo\w*\.xml$|\.(test|spec|tour)\.[jt]s$/i;

/** On the line, or on the one above it, with a reason: `slipway: not a secret, a public key of their documentation`. */
const ALLOWED = /slipway:\s*not a secret,\s*\S.{3,}/;

export const isScanned = (path: string): boolean => !SKIPPED.test(path);

/** The first two characters and the length: enough to find it, too little to use it. */
export const masked = (value: string): string => `\`${value.slice(0, 2)}…\`, ${value.length} characters`;

const FIX =
  'Take it out of the file and hand it in as a variable or with `slipway secret set`. It stays in the history: replace it where it is used.';

interface Found {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

const lineStarts = (text: string): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
};

const lineOf = (starts: readonly number[], offset: number): number => {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** Of those that overlap the first, which says what it is. */
const apart = (found: readonly Found[]): readonly Found[] => {
  const kept: Found[] = [];
  for (const one of found) if (!kept.some(({ start, end }) => one.start < end && start < one.end)) kept.push(one);
  return kept;
};

const gather = async (path: string, text: string, starts: readonly number[]): Promise<readonly Found[]> => {
  const known = (await knownFormats(path, text))
    .filter(({ isAddress }) => isAddress !== true || !TEST.test(path))
    .map(({ what, start, end }) => ({
      rule: 'secrets/known-format',
      start,
      end,
      message: `what has the form of a secret (${what}): ${masked(text.slice(start, end))}`,
    }));
  const assigned = TEST.test(path) ? [] : assignedSecrets(path, text);
  return apart([
    ...known,
    ...assigned.map(({ name, value, line, column }) => {
      const start = (starts[line] ?? 0) + column;
      return {
        rule: 'secrets/assigned',
        start,
        end: start + value.length,
        message: `\`${name}\` is given a value that looks like a real secret: ${masked(value)}`,
      };
    }),
  ]);
};

export const scanText = async (path: string, text: string): Promise<readonly Finding[]> => {
  if (!isScanned(path)) return [];
  const starts = lineStarts(text);
  const lineAt = (line: number): string => text.slice(starts[line] ?? text.length, starts[line + 1] ?? text.length);
  return (await gather(path, text, starts))
    .map((one) => ({ ...one, line: lineOf(starts, one.start) }))
    .filter(({ line }) => !ALLOWED.test(lineAt(line)) && !(line > 0 && ALLOWED.test(lineAt(line - 1))))
    .sort((one, other) => one.start - other.start)
    .map(({ rule, message, start, line }) => ({
      rule,
      severity: TEST.test(path) ? 'warning' : 'error',
      file: path,
      line: line + 1,
      column: start - (starts[line] ?? 0) + 1,
      message,
      fix: FIX,
    }));
};
