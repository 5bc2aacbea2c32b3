import { expect, test } from 'vitest';
import { judgeArchive } from './archive.ts';

const now = new Date('2026-11-21T12:00:00Z');
const well = {
  now,
  since: new Date('2026-11-20T00:00:00Z'),
  until: '2026-11-21T11:59:55.000Z',
  retainedBytes: 0,
  failure: null,
};

test.each([
  ['a log that arrives is nothing to tell of', well, null],
  ['a failure that is over in time is not told', { ...well, failure: 'away' }, null],
  [
    'late is told with its reason',
    { ...well, until: '2026-11-21T11:50:00.000Z', failure: 'away' },
    /5 minutes late \(away\); stored is .* 2026-11-21T11:50/,
  ],
  ['who has just started is given time', { ...well, since: now, until: '2026-11-18T00:00:00.000Z' }, null],
  [
    'a log that was never read is told at once',
    { ...well, since: now, until: null, failure: 'refused' },
    /is not kept \(refused\); nothing/,
  ],
  [
    'a server that keeps much for us is told of before its disk is full',
    { ...well, retainedBytes: 3e9 },
    /^3.0 GB of log wait on production's disk/,
  ],
] as const)('%s', (_, facts, told) => {
  if (told === null) expect(judgeArchive(facts)).toBeNull();
  else expect(judgeArchive(facts)).toMatch(told);
});
