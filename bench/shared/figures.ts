/** What all benchmarks say alike: quantiles, rows of a table, the machine. */
import { cpus, loadavg, totalmem } from 'node:os';

/** Nearest rank. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

export const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
export const judged = (met: boolean): string => (met ? 'met' : '**not met**');

export const load = (): number => Number(loadavg()[0]?.toFixed(1));

/** `before`: the load average when the benchmark began; its own work raises the later one. */
export const machine = (before: number): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, Node ${process.version}, load average ${before} before and ${load()} after, ${new Date().toISOString().slice(0, 16)}Z`;
