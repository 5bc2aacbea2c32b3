import { expect, it } from 'vitest';
import { type Sample, usageOf } from './usage.ts';

const sample = (read: string, nanoseconds: number, memory: Sample['memory_stats'] = {}): Sample => ({
  ...{ read, cpu_stats: { cpu_usage: { total_usage: nanoseconds } }, memory_stats: memory },
});
const AT = '2026-11-22T10:00:00.000000000Z';
const LATER = '2026-11-22T10:00:00.500000001Z';

it('counts CPU over the time between two looks: one whole core is 100', () => {
  expect(usageOf(sample(AT, 1e9), sample(LATER, 1.75e9)).cpuPercent).toBe(150);
  expect(usageOf(sample(AT, 1e9), sample(LATER, 1e9)).cpuPercent).toBe(0);
});

it('takes no file that Linux keeps for itself for memory, by either name', () => {
  for (const name of ['inactive_file', 'total_inactive_file'])
    expect(usageOf(sample(AT, 1), sample(LATER, 2, { usage: 500, stats: { [name]: 200 } })).memoryBytes).toBe(300);
});

it('says nothing of what Docker does not say: a container that has just ended', () => {
  const gone: Sample = { read: '0001-01-01T00:00:00Z', cpu_stats: {}, memory_stats: {} };
  expect(usageOf(sample(AT, 1), gone)).toEqual({ memoryBytes: null, cpuPercent: null });
});
