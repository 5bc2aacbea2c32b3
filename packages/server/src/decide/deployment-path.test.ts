import { describe, expect, test } from 'vitest';
import { choosePath, hasRoomForTwo, type PathFacts } from './deployment-path.ts';

const GB = 1_000_000_000;
const facts = (more: Partial<PathFacts> = {}): PathFacts => ({
  ...{ touched: ['sale'], wish: 'auto', databaseBytes: 10 * GB, freeBytes: 50 * GB },
  ...{ heldSeconds: null, readOnlySeconds: 300, readOnlyMax: null },
  ...more,
});

describe('the way of a release to production', () => {
  test('is beside the old version where no module is touched, whatever else is asked', () => {
    const code = facts({ touched: [], wish: 'maintenance', freeBytes: 0 });
    expect(choosePath(code)).toMatchObject({ path: 'blue-green', why: expect.stringContaining('nobody waits') });
  });

  test('is a copy where one finds room, and says what it needs', () => {
    expect(choosePath(facts())).toEqual({
      path: 'clone-and-switch',
      why: 'updates sale: on a copy of the database (it needs 12.0 GB, and 50.0 GB are free), while the old version answers who only reads',
    });
  });

  test('is a maintenance window where a copy finds none, with the figures', () => {
    expect(choosePath(facts({ freeBytes: 11 * GB }))).toEqual({
      path: 'maintenance',
      why: 'updates sale: in place, behind a maintenance page, because a copy of the database needs 12.0 GB, and 11.0 GB are free',
    });
  });

  test('is refused where a copy is asked for and finds no room', () => {
    expect(choosePath(facts({ wish: 'clone', freeBytes: 11 * GB }))).toEqual({
      refused: 'a copy of the database needs 12.0 GB, and 11.0 GB are free',
    });
  });

  test('is a copy where nobody knows how much is free: one that does not fit is taken away again', () => {
    expect(choosePath(facts({ freeBytes: null }))).toMatchObject({ path: 'clone-and-switch' });
    expect(choosePath(facts({ databaseBytes: null, wish: 'clone' }))).toMatchObject({ path: 'clone-and-switch' });
  });

  test('is a maintenance window where saving would be impossible for longer than slipway.yaml allows, unless a copy is asked for', () => {
    const long = { readOnlySeconds: 900, readOnlyMax: 600 };
    expect(choosePath(facts(long))).toMatchObject({
      path: 'maintenance',
      why: expect.stringContaining('impossible for about 15 min, more than `read_only_max` (10 min)'),
    });
    expect(choosePath(facts({ ...long, wish: 'clone' }))).toMatchObject({ path: 'clone-and-switch' });
    expect(choosePath(facts({ ...long, readOnlyMax: 900 }))).toMatchObject({ path: 'clone-and-switch' });
  });

  test('is a maintenance window where making a copy would hold requests for longer than they can wait', () => {
    expect(choosePath(facts({ heldSeconds: 20 }))).toMatchObject({ path: 'clone-and-switch' });
    expect(choosePath(facts({ heldSeconds: 45 }))).toMatchObject({
      path: 'maintenance',
      why: expect.stringContaining('would hold every request for about 45 s, more than the 20 s that they can wait'),
    });
    expect(choosePath(facts({ heldSeconds: 45, wish: 'clone' }))).toMatchObject({ path: 'clone-and-switch' });
  });

  test('is a maintenance window where one is asked for', () => {
    expect(choosePath(facts({ wish: 'maintenance' }))).toMatchObject({
      path: 'maintenance',
      why: expect.stringContaining('as `update: maintenance` asks'),
    });
  });
});

test('two databases find room only where that is known', () => {
  expect(hasRoomForTwo({ databaseBytes: GB, freeBytes: 2 * GB })).toBe(true);
  expect(hasRoomForTwo({ databaseBytes: GB, freeBytes: GB })).toBe(false);
  expect(hasRoomForTwo({ databaseBytes: GB, freeBytes: null })).toBe(false);
  expect(hasRoomForTwo({ databaseBytes: null, freeBytes: GB })).toBe(false);
});
