/** Figures to a page. Pure. */
import { row } from '../shared/figures.ts';

export interface Measured {
  readonly requestsPerSecond: number;
  readonly loadedP50: number;
  readonly loadedP99: number;
  readonly singleP50: number;
  readonly singleP99: number;
  readonly megabytesPerSecond: number;
}

export interface Figures {
  readonly connections: number;
  readonly direct: Measured;
  readonly edge: Measured;
  readonly ratios: Readonly<Record<'throughput' | 'bytes' | 'addedP50Ms' | 'addedP99Ms' | 'loadedP99', number>>;
}

export const table = ({ connections, direct, edge, ratios }: Figures, machine: string): string =>
  [
    '# Edge benchmark',
    '',
    `Made by \`make bench\`. ${machine}. Client, edge and upstream share the cores; rounds through the edge and straight to the upstream alternate.`,
    '',
    '| what | straight | through the edge | difference |',
    '| --- | --- | --- | --- |',
    row(
      `requests a second, ${connections} connections`,
      direct.requestsPerSecond.toLocaleString('en'),
      edge.requestsPerSecond.toLocaleString('en'),
      `ratio ${ratios.throughput}`,
    ),
    row('median of these', `${direct.loadedP50} ms`, `${edge.loadedP50} ms`, ''),
    row('99th percentile of these', `${direct.loadedP99} ms`, `${edge.loadedP99} ms`, `ratio ${ratios.loadedP99}`),
    row('one request at a time, median', `${direct.singleP50} ms`, `${edge.singleP50} ms`, `+ ${ratios.addedP50Ms} ms`),
    row(
      'one request at a time, 99th percentile',
      `${direct.singleP99} ms`,
      `${edge.singleP99} ms`,
      `+ ${ratios.addedP99Ms} ms`,
    ),
    row(
      'one large download',
      `${direct.megabytesPerSecond} MB/s`,
      `${edge.megabytesPerSecond} MB/s`,
      `ratio ${ratios.bytes}`,
    ),
    '',
  ].join('\n');
