import { describe, expect, test } from 'vitest';
import { judgeRetention, type Keepable } from './retention.ts';

const RULE = { daily: 7, weekly: 4, monthly: 3 };
const at = (day: number, hour = 2): string => new Date(Date.UTC(2026, 0, 1 + day, hour)).toISOString();
const backup = (day: number, hour = 2): Keepable => ({ id: `d${day}h${hour}`, takenAt: at(day, hour), pinned: false });

const kept = (items: readonly Keepable[], rule = RULE): string[] =>
  judgeRetention(items, rule)
    .filter((verdict) => verdict.keep)
    .map((verdict) => verdict.id);

describe('retention', () => {
  test('over 200 days of a daily backup, pruned each day, keeps 7 days, 4 weeks and 3 months, and never fewer than before', () => {
    let present: Keepable[] = [];
    for (let day = 0; day < 200; day++) {
      present.push(backup(day));
      const keep = new Set(kept(present));
      present = present.filter((item) => keep.has(item.id));

      expect(present.at(-1)?.id).toBe(`d${day}h2`);
      const days = present.map((item) => item.takenAt.slice(0, 10));
      for (let back = 0; back < Math.min(7, day + 1); back++) expect(days).toContain(at(day - back).slice(0, 10));
      const months = new Set(days.map((text) => text.slice(0, 7)));
      expect(months.size).toBe(Math.min(3, new Date(at(day)).getUTCMonth() + 1));
      expect(present.length).toBeLessThanOrEqual(7 + 4 + 3);
      if (day > 120) {
        // The last four weeks are there: something at most 28 days old, something older than 14.
        const ages = present.map((item) => day - (Date.parse(item.takenAt) - Date.UTC(2026, 0, 1, 2)) / 86_400_000);
        expect(ages.some((age) => age > 14 && age <= 28)).toBe(true);
      }
    }
    expect(present.length).toBeGreaterThanOrEqual(11);
  });

  test('keeps the newest of a day with several', () => {
    expect(kept([backup(3, 1), backup(3, 5), backup(3, 2)], { daily: 1, weekly: 0, monthly: 0 })).toEqual(['d3h5']);
  });

  test('counts days that have a backup: after a pause the last good ones are still there', () => {
    const old = [0, 1, 2, 3, 4, 5, 6].map((day) => backup(day));
    expect(kept([...old, backup(90)], { daily: 7, weekly: 0, monthly: 0 })).toEqual([
      'd90h2',
      'd6h2',
      'd5h2',
      'd4h2',
      'd3h2',
      'd2h2',
      'd1h2',
    ]);
  });

  test('keeps the newest though the rule keeps nothing, and what a person pinned', () => {
    const pinned = { ...backup(0), pinned: true };
    expect(kept([pinned, backup(1), backup(2)], { daily: 0, weekly: 0, monthly: 0 })).toEqual(['d2h2', 'd0h2']);
  });

  test('says why', () => {
    const verdicts = judgeRetention([backup(0), backup(1)], { daily: 1, weekly: 0, monthly: 0 });
    expect(verdicts[0]).toEqual({ id: 'd1h2', keep: true, why: 'daily 2026-01-02' });
    expect(verdicts[1]?.why).toContain('no day');
  });

  test('knows the ISO week at the turn of the year', () => {
    const rule = { daily: 0, weekly: 9, monthly: 0 };
    const items = ['2025-12-28', '2025-12-29', '2026-01-04', '2026-01-05'].map((date) => ({
      id: date,
      takenAt: `${date}T02:00:00.000Z`,
      pinned: false,
    }));
    expect(judgeRetention(items, rule).map(({ id, keep, why }) => [id, keep ? why : ''])).toEqual([
      ['2026-01-05', 'weekly 2026-W02'],
      ['2026-01-04', 'weekly 2026-W01'],
      ['2025-12-29', ''],
      ['2025-12-28', 'weekly 2025-W52'],
    ]);
  });
});
