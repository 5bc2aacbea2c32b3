/** Figures to a page. Pure. */
import { judged, quantile, row } from '../shared/figures.ts';
import { SIZES } from './seed.ts';

export interface Asked {
  readonly what: string;
  readonly rows: number;
  readonly milliseconds: readonly number[];
}

const AIM_MILLISECONDS = 50;

export const table = (baseline: Asked, lists: readonly Asked[], machine: string): string => {
  const base = quantile(baseline.milliseconds, 0.95);
  const line = ({ what, rows, milliseconds }: Asked): string => {
    const p95 = quantile(milliseconds, 0.95);
    const cells = [quantile(milliseconds, 0.5), p95].map((value) => `${value.toFixed(1)} ms`);
    return row(
      `\`${what}\``,
      String(rows),
      ...cells,
      (p95 / base).toFixed(1),
      what === baseline.what ? 'baseline' : judged(p95 < AIM_MILLISECONDS),
    );
  };
  return [
    '# Lists of the API',
    '',
    `Made by \`node bench/api/run.ts\`. ${machine}. ${SIZES.environments} environments, ${SIZES.builds} runs and builds, ${SIZES.audits} rows of the audit log.`,
    `${baseline.milliseconds.length} requests of each, one after the other and in turns, over loopback with connections that are kept.`,
    '',
    `| route | rows | median | 95th percentile | ratio | p95 < ${AIM_MILLISECONDS} ms |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...[baseline, ...lists].map(line),
    '',
    'A load average above the number of cores means that others worked on the machine while this was measured: then the ratio to the baseline of the same run',
    'says more than the milliseconds.',
    '',
  ].join('\n');
};
