import { describe, expect, test } from 'vitest';
import { deploymentPhases } from './deployment-phases.ts';
import { forecastFrom, heldWhileCopying, type KnownUpdate } from './forecast.ts';

const last: KnownUpdate = {
  id: 'run_1',
  measured: {
    ...deploymentPhases([]),
    ...{ copySeconds: 10, updateSeconds: 60, figuresSeconds: 4, bootSeconds: 12, smokeSeconds: 6 },
  },
  bytes: 1_000_000_000,
  modules: 3,
};
const nothing = { bytes: null, modules: 2, stagingSeconds: null, last: null };

describe('how long an update is expected to take', () => {
  test('is a guess where nothing was ever measured', () => {
    expect(forecastFrom(nothing)).toMatchObject({ source: 'guess', from: null, updateSeconds: 160 });
  });

  test('is as long as staging took, and half as much again, before the first update of production', () => {
    expect(forecastFrom({ ...nothing, stagingSeconds: 20 })).toMatchObject({ source: 'guess', updateSeconds: 30 });
  });

  test('is what the last deployment took by byte copied and by module updated', () => {
    expect(forecastFrom({ ...nothing, bytes: 2_000_000_000, last })).toEqual({
      ...{ copySeconds: 20, updateSeconds: 40, figuresSeconds: 4, bootSeconds: 12, smokeSeconds: 6 },
      ...{ readOnlySeconds: 84, source: 'last deployment', from: 'run_1' },
    });
  });

  test('believes staging where it took longer on these modules than production on others', () => {
    expect(forecastFrom({ ...nothing, stagingSeconds: 100, last })).toMatchObject({ updateSeconds: 150 });
  });

  test('copies as long as the last time where sizes are not known, and by a usual rate after an update in place', () => {
    expect(forecastFrom({ ...nothing, last })).toMatchObject({ copySeconds: 10 });
    const inPlace = { ...last, measured: { ...last.measured, copySeconds: null } };
    expect(forecastFrom({ ...nothing, bytes: 500_000_000, last: inPlace })).toMatchObject({ copySeconds: 5 });
  });
});

test('how long requests are held for a copy is known from the last one only', () => {
  const held = { ...last, measured: { ...last.measured, heldSeconds: 3, switchSeconds: 1 } };
  expect(heldWhileCopying({ bytes: 10_000_000_000, last: held })).toBe(20);
  expect(heldWhileCopying({ bytes: null, last: held })).toBeNull();
  expect(heldWhileCopying({ bytes: 1, last: null })).toBeNull();
  const inPlace = { ...held, measured: { ...held.measured, copySeconds: null } };
  expect(heldWhileCopying({ bytes: 1, last: inPlace })).toBeNull();
});
