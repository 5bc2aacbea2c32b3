/** Figures to a page: medians, ratios, and whether the aims are met. Pure. */
import { judged, quantile, row } from '../shared/figures.ts';

export interface Figures {
  /** Milliseconds of each run. */
  readonly unchanged: number[];
  readonly bareStart: number[];
  readonly updated: number[];
  readonly bareUpdate: number[];
  readonly steps: Record<string, number[]>;
  /** MB by process. */
  rss: Readonly<Record<string, number>>;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
const spread = (values: readonly number[]): string =>
  `${seconds(Math.min(...values))} to ${seconds(Math.max(...values))}`;

export const table = (figures: Figures, machine: string): string => {
  const median = (values: readonly number[]): number => quantile(values, 0.5);
  const plain = median(figures.unchanged) / median(figures.bareStart);
  const update = median(figures.updated) / median(figures.bareUpdate);
  const rss = figures.rss['control plane'] ?? Number.NaN;
  const times = (what: string, values: readonly number[], aim: string): string =>
    row(what, seconds(median(values)), spread(values), aim);
  return [
    '# Preview benchmark',
    '',
    `Made by \`make bench\`. ${machine}; ${figures.unchanged.length} runs of each, alternating. Real Odoo 19, PostgreSQL 17 in Docker.`,
    '',
    '| what | median | range | aim |',
    '| --- | --- | --- | --- |',
    times(
      'webhook → first 200 of `/web/login`, no module changed',
      figures.unchanged,
      `p50 < 5 s: ${judged(median(figures.unchanged) < 5000)}`,
    ),
    times('bare: `create database … template`, container, Odoo, first 200', figures.bareStart, ''),
    row('ratio', plain.toFixed(2), '', `≤ 1.1: ${judged(plain <= 1.1)}`),
    times('webhook → changed view, one module and its dependant updated', figures.updated, ''),
    times('bare: clone, `odoo -u`, container, first 200', figures.bareUpdate, ''),
    row('ratio', update.toFixed(2), '', `≤ 1.2: ${judged(update <= 1.2)}`),
    row(
      'memory of the control plane afterwards',
      `${rss.toFixed(0)} MB`,
      `edge ${(figures.rss['edge'] ?? 0).toFixed(0)} MB`,
      `< 200 MB: ${judged(rss < 200)}`,
    ),
    '',
    '## Where the time goes (median of each step)',
    '',
    '| step | milliseconds |',
    '| --- | --- |',
    ...Object.entries(figures.steps).map(([step, values]) => row(step, median(values).toFixed(0))),
    '',
    'The bare way gets its attachments, configuration and network before the clock starts; tests are off on both sides. Slipway hands out a database from the warm pool.',
    '',
  ].join('\n');
};
