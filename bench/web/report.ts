/** Figures to a page. Pure. */
import { judged, quantile, row } from '../shared/figures.ts';
import type { Loaded, Scrolled } from './measure.ts';

export const SIZES = { previews: 200, lines: 100_000, plain: 200 } as const;
const AIM = { milliseconds: 1_000, script: 200_000, frame: 50 } as const;

const ms = (value: number, digits = 0): string => `${value.toFixed(digits)} ms`;
const kb = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

export interface Load {
  readonly what: string;
  readonly loads: readonly Loaded[];
}

const loadRow = ({ what, loads }: Load, base: number): string => {
  const times = loads.map(({ milliseconds }) => milliseconds);
  const [median, high] = [quantile(times, 0.5), quantile(times, 0.95)];
  const { script = 0, style = 0, requests = 0 } = loads[0] ?? {};
  const met = median < AIM.milliseconds && script < AIM.script;
  const cells = [ms(median), ms(high), (median / base).toFixed(1), kb(script), kb(style), String(requests)];
  return row(what, ...cells, script === 0 ? 'baseline' : judged(met));
};

export interface Scroll {
  readonly what: string;
  readonly scrolls: readonly Scrolled[];
}

const scrollRow = ({ what, scrolls }: Scroll, base: number, isBaseline: boolean): string => {
  const frames = scrolls.flatMap((one) => one.frames);
  const tasks = scrolls.flatMap((one) => one.longTasks);
  const high = quantile(frames, 0.95);
  const late = frames.filter((one) => one > AIM.frame).length;
  const cells = [String(frames.length), ms(quantile(frames, 0.5), 1), ms(high, 1), ms(Math.max(...frames), 0)];
  const jank = `${((100 * late) / frames.length).toFixed(1)} %`;
  const long = tasks.length === 0 ? '0' : `${tasks.length}, longest ${ms(Math.max(...tasks))}`;
  return row(what, ...cells, (high / base).toFixed(1), jank, long, isBaseline ? 'baseline' : judged(high < AIM.frame));
};

export const table = (
  loads: readonly Load[],
  scrolls: readonly Scroll[],
  landed: readonly number[],
  machine: string,
): string => {
  const base = quantile(loads[0]?.loads.map(({ milliseconds }) => milliseconds) ?? [], 0.5);
  const plain = quantile(scrolls[0]?.scrolls.flatMap(({ frames }) => frames) ?? [], 0.95);
  return [
    '# The dashboard in a browser',
    '',
    `Made by \`node bench/web/run.ts\`. ${machine}.`,
    '',
    '## First load',
    '',
    `Chromium without a window, an empty cache each time, over loopback; ${loads[0]?.loads.length} of each, in turns. From the start of the navigation until all`,
    `${SIZES.previews + 2} cards are painted; the baseline is an empty page of the same server. Bytes as they came, compressed.`,
    '',
    `| page | median | 95th percentile | ratio of medians | script | style | requests | median < ${AIM.milliseconds} ms, script < ${kb(AIM.script)} |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...loads.map((one) => loadRow(one, base)),
    '',
    '## Scrolling a log',
    '',
    `A run's log of ${SIZES.lines.toLocaleString('en')} lines to which more come (50 a second), against a plain list of ${SIZES.plain} lines without any script, scrolled alike: so far in each frame,`,
    'and, in the last row, the bar dragged to another place four times a second. The time from one frame to the next; work of more than 50 ms is a long task.',
    '',
    `| what | frames | median | 95th percentile | longest | ratio of 95th | frames > ${AIM.frame} ms | long tasks | p95 < ${AIM.frame} ms |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...scrolls.map((one, index) => scrollRow(one, plain, index === 0)),
    '',
    `A link to line 90,000 shows that line after ${ms(quantile(landed, 0.5))} (median of ${landed.length}, empty cache), without reading what is before it.`,
    '',
    'A load average above the number of cores means that others worked on the machine while this was measured: then the ratios say more than the milliseconds.',
    '',
  ].join('\n');
};
