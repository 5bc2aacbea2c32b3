import { describe, expect, it } from 'vitest';
import { rehearsalWords } from './rehearsal-words.ts';

const locksOf = (seconds: number) => ({
  ...{ samples: 9, everyMilliseconds: 200, waits: [] },
  held: [{ table: 'sale_order', mode: 'AccessExclusiveLock', seconds, times: 1 }],
});

describe('the forecast in words', () => {
  it.each([
    [{ modules: 3, locks: locksOf(0.4), readOnlySeconds: 236 }, 'about 4 min read-only, 3 modules, no lock > 2 s'],
    [
      { modules: 1, locks: locksOf(5.3), readOnlySeconds: 41.2 },
      'about 41 s read-only, 1 module, longest lock 5.3 s on sale_order',
    ],
    [
      { modules: 1, locks: { ...locksOf(1), held: [] }, readOnlySeconds: 90 },
      'about 2 min read-only, 1 module, no lock > 2 s',
    ],
    [{ modules: 2, locks: null, readOnlySeconds: 5 }, 'about 5 s read-only, 2 modules'],
    [{ modules: 2, locks: null, readOnlySeconds: null }, 'no forecast: it was interrupted, 2 modules'],
    [{ modules: 0, locks: null, readOnlySeconds: null }, 'code only: nobody waits'],
  ])('says %s as "%s"', (facts, words) => {
    expect(rehearsalWords(facts)).toBe(words);
  });
});
