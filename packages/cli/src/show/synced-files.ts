import type { SyncedFile } from '../local/sync-files.ts';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';

const DONE = {
  unchanged: 'unchanged',
  created: 'written',
  replaced: 'written anew',
  removed: 'removed',
  refused: 'left alone',
};
const STALE = {
  unchanged: 'up to date',
  created: 'is missing',
  replaced: 'is stale',
  removed: 'is of a stage that is no more',
  refused: 'is not ours',
};

/** One line per file; with `check`, only of those that are not as they should be. */
export const syncedText = (files: readonly SyncedFile[], check: boolean, screen: Screen): readonly string[] =>
  files
    .filter(({ outcome }) => !check || outcome !== 'unchanged')
    .map(({ file, outcome, reason }) => {
      const mark = outcome === 'refused' ? screen.warn : check ? screen.fail : screen.ok;
      const words = (check ? STALE : DONE)[outcome];
      return `${mark} ${printable(file)}: ${words}${reason === '' ? '' : `. ${printable(reason)}`}`;
    });
