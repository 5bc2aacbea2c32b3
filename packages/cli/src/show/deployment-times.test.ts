import { expect, it } from 'vitest';
import { openScreen } from '../output/screen.ts';
import { planned, times } from '../testing/deployment-samples.ts';
import { makeIo } from '../testing/run-slipway.ts';
import { plannedText, timesText } from './deployment-times.ts';

const { io } = makeIo({});
const screen = openScreen(io, io.stdout, false);

it('says by which way a release would go live, why, and what people would notice', () => {
  const text = plannedText(planned, screen);

  expect(text).toContain('clone-and-switch');
  expect(text).toContain('it needs 1.2 GB, and 40.0 GB are free');
  expect(text).toContain('read only for about 1 min 57 s (by what the last update took run_1)');
  expect(plannedText({ ...planned, path: 'maintenance', readOnlySeconds: 40, awaySeconds: 90 }, screen)).toContain(
    'read only for about 40.0 s, then away for about 1 min 30 s',
  );
  expect(plannedText({ ...planned, path: 'blue-green', forecast: null, readOnlySeconds: 0 }, screen)).toMatch(
    /People notice\s+nothing/,
  );
});

it('shows each phase that there was beside its forecast', () => {
  const lines = timesText(times, screen)
    .split('\n')
    .map((line) => line.trim().replace(/\s{2,}/g, ' | '));

  expect(lines).toContain('read only | 1 min 57 s | 1 min 41 s');
  expect(lines).toContain('update | 1 min 30 s | 1 min 18 s');
  expect(lines).toContain('requests held | - | 900 ms');
  expect(lines.some((line) => line.startsWith('away'))).toBe(false);
  expect(lines).toContain('Read only | 812 reads served, 3 writes refused');
});
