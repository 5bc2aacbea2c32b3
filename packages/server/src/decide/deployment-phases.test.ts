import { describe, expect, test } from 'vitest';
import { deploymentPhases, type TimedStep } from './deployment-phases.ts';

/** Steps one after the other: name, kind, seconds. */
const journal = (...steps: readonly (readonly [name: string, kind: string, seconds: number, state?: string])[]) => {
  let at = Date.parse('2026-11-21T21:00:00.000Z');
  return steps.map(([name, kind, seconds, state = 'done']): TimedStep => {
    const startedAt = new Date(at).toISOString();
    at += seconds * 1000;
    return { name, kind, state, startedAt, finishedAt: new Date(at).toISOString(), milliseconds: seconds * 1000 };
  });
};

const UPDATE = journal(
  ['require-artifact', 'require-artifact', 1],
  ['stop-cron', 'remove-cron', 2],
  ['hold-requests', 'set-route', 0.1],
  ['freeze-writes', 'freeze-writes', 0.4],
  ['copy-database', 'clone-database', 3],
  ['serve-reads', 'set-route', 0.1],
  ['copy-filestore', 'add-filestore', 1],
  ['measure-before', 'measure-invariants', 2],
  ['update-modules', 'update-modules', 40],
  ['compare-figures', 'compare-invariants', 2],
  ['boot-green', 'boot-slot', 1],
  ['await-green', 'await-ready', 9],
  ['smoke-green', 'smoke-slot', 4],
  ['hold-for-switch', 'set-route', 0.1],
  ['move-sessions', 'move-sessions', 0.1],
  ['route-to-green', 'switch-route', 0.1],
  ['start-cron', 'boot-cron', 3],
);

describe('what the phases of a deployment took', () => {
  test('of an update on a copy: held twice, read only from the freeze to the switch', () => {
    expect(deploymentPhases(UPDATE)).toEqual({
      ...{ heldSeconds: 3.9, readOnlySeconds: 62.8, awaySeconds: null, backupSeconds: null, copySeconds: 4 },
      ...{ updateSeconds: 40, figuresSeconds: 4, bootSeconds: 10, smokeSeconds: 4, switchSeconds: 0.3 },
      totalSeconds: 68.9,
    });
  });

  test('of an update in place: read only until the page, away from the page to the switch', () => {
    const rows = journal(
      ['hold-requests', 'set-route', 0.1],
      ['freeze-writes', 'freeze-writes', 0.4],
      ['serve-reads', 'set-route', 0.1],
      ['back-up-last', 'write-snapshot', 20],
      ['verify-backup', 'verify-snapshot', 5],
      ['maintenance-page', 'set-route', 0.1],
      ['stop-blue', 'stop-slot', 1],
      ['update-modules', 'update-modules', 40],
      ['route-to-green', 'switch-route', 0.1],
    );
    expect(deploymentPhases(rows)).toMatchObject({
      ...{ heldSeconds: 0.6, readOnlySeconds: 25.5, awaySeconds: 41.2, backupSeconds: 25, copySeconds: null },
    });
  });

  test('of code alone nobody is held, and nobody only reads', () => {
    const rows = journal(
      ['boot-green', 'boot-slot', 1],
      ['await-green', 'await-ready', 9],
      ['route', 'switch-route', 0.2],
    );
    expect(deploymentPhases(rows)).toMatchObject({
      ...{ heldSeconds: null, readOnlySeconds: null, updateSeconds: null, bootSeconds: 10, switchSeconds: 0.2 },
      totalSeconds: 10.2,
    });
  });

  test('of an update that failed: read only until the former version was put back', () => {
    const rows = journal(
      ['freeze-writes', 'freeze-writes', 1],
      ['update-modules', 'update-modules', 30, 'failed'],
      ['remove-new-slot', 'remove-slot', 1],
      ['route-to-blue', 'switch-route', 1],
    );
    expect(deploymentPhases(rows)).toMatchObject({ readOnlySeconds: 33, updateSeconds: null, switchSeconds: 1 });
  });

  test('of one that ended before anything was done: nothing', () => {
    expect(Object.values(deploymentPhases([])).every((value) => value === null)).toBe(true);
  });
});
