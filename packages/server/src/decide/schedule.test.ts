import { projectConfig } from '@slipway/contracts/project-config';
import { describe, expect, test } from 'vitest';
import { judgeBackups, nextTime, scheduledWork } from './schedule.ts';

const config = (stages: object) => projectConfig.parse({ version: 1, name: 'shop', odoo: { series: '19.0' }, stages });

describe('schedules', () => {
  test('a log that is kept is copied anew each week', () => {
    const wanted = projectConfig.parse({
      ...{ version: 1, name: 'shop', odoo: { series: '19.0' }, stages: { production: {} } },
      data: { backups: { point_in_time: { enabled: true } } },
    });
    expect(scheduledWork(wanted)).toContainEqual({ name: 'copy', expression: '0 3 * * 6' });
  });

  test.each(['Europe/Brussels', 'America/New_York', 'Australia/Lord_Howe'])(
    'a night is neither left out nor done twice when the clocks of %s change',
    (zone) => {
      const former = process.env['TZ'];
      process.env['TZ'] = zone;
      try {
        for (const expression of ['0 2 * * *', '30 1 * * *', '15 15 * * *']) {
          const times: string[] = [];
          for (let at = new Date('2026-01-01T00:00:00Z'); times.length < 365; ) {
            const next = nextTime(expression, at) ?? '';
            times.push(next.slice(0, 10));
            at = new Date(next);
          }
          expect(new Set(times).size).toBe(365);
          expect(times.at(-1)).toBe('2026-12-31');
        }
      } finally {
        if (former === undefined) delete process.env['TZ'];
        else process.env['TZ'] = former;
      }
    },
  );

  test('a project without production does nothing by itself', () => {
    expect(scheduledWork(config({}))).toEqual([]);
  });

  test('a production is backed up each night and drilled each Sunday; a staging is refreshed each Sunday', () => {
    expect(scheduledWork(config({ production: {}, staging: {} }))).toEqual([
      { name: 'backup', expression: '0 2 * * *' },
      { name: 'drill', expression: '0 5 * * 0' },
      { name: 'snapshot', expression: 'never' },
      { name: 'refresh', expression: '0 4 * * 0' },
    ]);
  });

  test('times are UTC, whatever the machine thinks', () => {
    expect(nextTime('0 2 * * *', new Date('2026-03-29T01:59:59Z'))).toBe('2026-03-29T02:00:00.000Z');
    expect(nextTime('0 2 * * *', new Date('2026-03-29T02:00:00Z'))).toBe('2026-03-30T02:00:00.000Z');
    expect(nextTime('never', new Date())).toBeNull();
  });

  const facts = { now: new Date('2026-11-21T05:00:00Z'), dueAt: '2026-11-21T02:00:00.000Z', runFailure: null };

  test.each([
    [
      'a backup newer than when it was due is well',
      { runState: 'succeeded', newestAt: '2026-11-21T02:00:09.000Z' },
      null,
    ],
    ['a failed one is told at once', { runState: 'failed', newestAt: null }, /failed.*there is none yet/],
    [
      'one that still runs after two hours is late',
      { runState: 'running', newestAt: '2026-11-20T02:00:09.000Z' },
      /late; the newest is of 2026-11-20/,
    ],
  ])('%s', (_, more, wanted) => {
    const said = judgeBackups({ ...facts, ...more });
    if (wanted === null) expect(said).toBeNull();
    else expect(said).toMatch(wanted);
  });

  test('one that runs since an hour is not late, and before the first is due nothing is wrong', () => {
    const now = new Date('2026-11-21T03:00:00Z');
    expect(judgeBackups({ ...facts, now, runState: 'running', newestAt: null })).toBeNull();
    expect(judgeBackups({ ...facts, dueAt: null, runState: null, newestAt: null })).toBeNull();
  });
});
