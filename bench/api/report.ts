/** Figures to a page. Pure. */
import { judged, quantile, row } from '../shared/figures.ts';
import { SIZES } from './seed.ts';

export interface Asked {
  readonly what: string;
  readonly rows: number;
  readonly bytes: number;
  readonly milliseconds: readonly number[];
  /** Of this process: server, driver and client, without PostgreSQL. */
  readonly cpu: readonly number[];
}

export const BARELY = 'a bare SELECT of 100 builds';
const AIM_MILLISECONDS = 50;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const table = (all: {
  readonly baseline: Asked;
  readonly lists: readonly Asked[];
  readonly sieved: readonly Asked[];
  readonly machine: string;
}): string => {
  const { baseline, lists, sieved } = all;
  const base = quantile(baseline.milliseconds, 0.95);
  const line = (verdict: (p95: number) => string) => (asked: Asked) => {
    const { what, rows, bytes, milliseconds, cpu } = asked;
    const p95 = quantile(milliseconds, 0.95);
    const cells = [quantile(milliseconds, 0.5), p95].map((value) => `${value.toFixed(1)} ms`);
    const size = `${(bytes / 1000).toFixed(1)} kB`;
    const work = `${mean(cpu).toFixed(1)} ms`;
    return row(`\`${what}\``, String(rows), size, ...cells, (p95 / base).toFixed(1), work, verdict(p95));
  };
  return [
    '# Lists of the API',
    '',
    `Made by \`node bench/api/run.ts\`. ${all.machine}. ${SIZES.environments} environments, ${SIZES.builds} runs and builds, ${SIZES.audits} rows of the audit log, a log of ${SIZES.lines} lines.`,
    `${baseline.milliseconds.length} requests of each, one after the other and in turns, over loopback with connections that are kept. The baseline is a bare \`node:http\` server whose one`,
    'answer is the rows of one SELECT through `pg` as JSON. CPU is the mean per request of the process that holds server, driver and client, without PostgreSQL. A member sees one small project.',
    '',
    `| route | rows | answer | median | 95th percentile | ratio | CPU | p95 < ${AIM_MILLISECONDS} ms |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    line(() => 'baseline')(baseline),
    ...lists.map(line((p95) => judged(p95 < AIM_MILLISECONDS))),
    '',
    'Not lists: these read every line of the log, once per search, and are asked a tenth as often.',
    '',
    '| route | rows | answer | median | 95th percentile | ratio | CPU | |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...sieved.map(line(() => '')),
    '',
    'A load average above the number of cores means that others worked on the machine while this was measured: then the ratio to the baseline of the same run',
    'says more than the milliseconds.',
    '',
  ].join('\n');
};
