/** The guard of secrets, over what once was in the repository too: what was removed from a file is still in every clone. */
import type { Finding, Guard, GuardContext } from '../guard.ts';
import { isScanned, scanText } from './scan-text.ts';

/** A version of a file, somewhere in the history. */
export interface OldFile {
  readonly path: string;
  readonly text: string;
  /** The commit that brought it, in words. Asked only for what is told. */
  readonly commit: () => Promise<string>;
}

/** What was read of a history: names first, so that only what is scanned is fetched. */
export type History = (isWanted: (path: string) => boolean) => AsyncIterable<OldFile>;

const FIX =
  'Replace it where it is used: whoever has a clone has it. Taking it out of the history does not take it out of clones.';

/** The same value in a hundred versions of a file is one thing to mend: it has the same beginning and length. */
const identity = ({ rule, file, message }: Finding): string => `${rule} ${file} ${message}`;

async function* checkHistory(context: GuardContext, guard: Guard, history: History): AsyncGenerator<Finding> {
  const told = new Set<string>();
  for await (const finding of guard.check(context)) {
    told.add(identity(finding));
    yield finding;
  }
  for await (const old of history(isScanned))
    for (const finding of await scanText(old.path, old.text)) {
      if (told.has(identity(finding))) continue;
      told.add(identity(finding));
      yield { ...finding, message: `in the history (${await old.commit()}): ${finding.message}`, fix: FIX };
    }
}

export const withHistory = (guard: Guard, history: History): Guard => ({
  ...guard,
  check: (context) => checkHistory(context, guard, history),
});
