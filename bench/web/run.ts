/** How soon the board is there, and whether a long log scrolls, against pages of the same server that do nothing. Writes results.md. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendLogLines } from '../../packages/server/src/store/log-lines.ts';
import type { Queryable } from '../../packages/server/src/store/queryable.ts';
import { startPostgres } from '../../test/setup/postgres.ts';
import { openBrowser } from '../../test/web/browser.ts';
import { DIST, serveDashboard } from '../../test/web/serve.ts';
import { load as loadAverage, machine } from '../shared/figures.ts';
import { land, load, scroll } from './measure.ts';
import { type Load, type Scroll, SIZES, table } from './report.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 20);
const SCROLLS = 3;
const SCROLLING = { milliseconds: 5_000, pixels: 120 };

const EMPTY =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Empty</title></head><body></body></html>';

/** A list as it would be without us: the same height, the same letters, no script. */
const plain = (): string => {
  const line = (n: number): string =>
    `<div class="log-row">2026-11-22 01:00:00,${String(n).padStart(3, '0')} 7 INFO odoo_pr_1 odoo.modules.loading: loading module ${n}</div>`;
  const lines = Array.from({ length: SIZES.plain }, (_, index) => line(index + 1)).join('\n');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Plain</title><link rel="stylesheet" href="/plain.css"></head>
<body><div class="log-lines">${lines}</div></body></html>`;
};
const PLAIN_STYLE =
  '.log-lines { height: 700px; overflow: auto; contain: strict; font: 12px/20px monospace } .log-row { white-space: pre-wrap }';

/** The dashboard as it is built, and beside it the pages that it is compared with. */
const withBaselines = (folder: string): void => {
  cpSync(DIST, folder, { recursive: true });
  writeFileSync(join(folder, 'empty.html'), EMPTY);
  writeFileSync(join(folder, 'plain.html'), plain());
  writeFileSync(join(folder, 'plain.css'), PLAIN_STYLE);
};

/** Five lines each tenth of a second. The way back ends it. */
const keepTalking = (db: Queryable): (() => void) => {
  let said = 0;
  const timer = setInterval(() => {
    const at = new Date().toISOString();
    const lines = Array.from({ length: 5 }, () => ({ at, stream: 'odoo' as const, text: `said ${++said}` }));
    appendLogLines(db, 'run-now', lines).catch(() => undefined);
  }, 100);
  return () => clearInterval(timer);
};

const before = loadAverage();
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-web-'));
withBaselines(folder);
const postgres = await startPostgres();
const served = await serveDashboard(postgres.url, { previews: SIZES.previews, lines: SIZES.lines, dist: folder });
const browser = await openBrowser();
try {
  await served.slipway.db.query('vacuum analyze');
  const at = (path: string): string => served.url + path;
  const cards = SIZES.previews + 2;
  const pages: readonly (readonly [what: string, path: string, cards: number])[] = [
    ['an empty page', '/empty.html', 0],
    ['the board', '/projects/shop', cards],
    ['the board, from `/`', '/', cards],
  ];
  const loads = new Map<string, Load['loads'][number][]>(pages.map(([what]) => [what, []]));
  for (let round = -2; round < ROUNDS; round++)
    for (const [what, path, wanted] of pages) {
      const seen = await load(browser, at(path), wanted);
      if (round >= 0) loads.get(what)?.push(seen);
    }
  const scrolls: Scroll[] = [];
  const stop = keepTalking(served.slipway.db);
  for (const [what, path, dragEvery] of [
    ['a plain list', '/plain.html', 0],
    ['the log', '/projects/shop/runs/run-now', 0],
    ['the log, dragged', '/projects/shop/runs/run-now', 15],
  ] as const) {
    const seen: Scroll['scrolls'][number][] = [];
    for (let round = 0; round < SCROLLS; round++)
      seen.push(await scroll(browser, at(path), { ...SCROLLING, dragEvery }));
    scrolls.push({ what, scrolls: seen });
  }
  stop();
  const landed: number[] = [];
  for (let round = 0; round < 5; round++)
    landed.push((await land(browser, at('/projects/shop/runs/run-now#L90000'))).milliseconds);
  const page = table(
    [...loads].map(([what, seen]) => ({ what, loads: seen })),
    scrolls,
    landed,
    machine(before),
  );
  writeFileSync(join(import.meta.dirname, 'results.md'), page);
  console.log(page);
} finally {
  await browser.close();
  await served.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
