import { describe, expect, it } from 'vitest';
import type { Finding, Guard } from './guard.ts';
import { treeOf } from './memory-tree.ts';
import { failingGuards, type Report, Reporter } from './report/report.ts';
import { type GuardRun, runGuards } from './run-guards.ts';
import { CONFIG } from './testing/shop.ts';

const RULE = { id: 'manifests/bad', severity: 'error', why: 'It is bad, and a test says so.' } as const;
const finding = (file: string, line = 1): Finding => ({
  rule: RULE.id,
  severity: 'error',
  file,
  line,
  column: 1,
  message: 'bad',
  fix: 'mend',
});
const guard = (id: Guard['id'], ...findings: Finding[]): Guard => ({
  id,
  title: id,
  rules: id === 'manifests' ? [RULE] : [],
  async *check() {
    yield* findings;
  },
});
const run = async (config: string | null, more: Partial<GuardRun> = {}): Promise<Report> => {
  const guards = more.guards ?? [guard('manifests', finding('b', 2), finding('a/x'), finding('b', 1)), guard('images')];
  const reporter = new Reporter();
  const tree = treeOf(config === null ? {} : { 'slipway.yaml': config });
  for await (const event of runGuards({ tree, today: '2026-06-15', ...more, guards })) reporter.take(event);
  return reporter.report(1, guards);
};
const places = ({ findings }: Report): string[] => findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`);
const suppress = (...entries: string[]): string =>
  `${CONFIG}guards:\n  suppressions:\n${entries.map((entry) => `    - { ${entry} }\n`).join('')}`;

describe('a run of the guards', () => {
  it('needs no slipway.yaml, tells findings by place, and counts the guards that failed', async () => {
    const report = await run(null);

    expect(places(report)).toEqual(['manifests/bad a/x:1', 'manifests/bad b:1', 'manifests/bad b:2']);
    expect(report.guards.map(({ id, errors }) => [id, errors])).toEqual([
      ['manifests', 3],
      ['images', 0],
    ]);
    expect([report.ok, failingGuards(report)]).toEqual([false, 1]);
    expect(report.rules).toEqual([RULE]);
  });

  it('runs only the guards, and tells only the files, that were asked for', async () => {
    expect(await run(null, { only: ['images'] })).toMatchObject({ ok: true, guards: [{ id: 'images' }] });
    expect(places(await run(null, { changed: new Set(['a/x']) }))).toEqual(['manifests/bad a/x:1']);
  });

  it('tells of a slipway.yaml that is not valid, and goes on without it', async () => {
    const report = await run(`${CONFIG}colour: blue\n`);

    expect(places(report)).toContain('config/invalid slipway.yaml:6');
    expect(failingGuards(report)).toBe(2);
  });

  it('takes away what is suppressed, by rule, guard and path, and keeps the reason', async () => {
    const one = await run(suppress("rule: manifests/bad, path: 'b', reason: known since spring, until: '2026-06-15'"));
    const all = await run(suppress("rule: 'manifests/*', path: '**', reason: known since spring, until: '2026-07-01'"));

    expect(places(one)).toEqual(['manifests/bad a/x:1']);
    expect(one.suppressed.map(({ finding: { file }, reason }) => `${file} ${reason}`)).toEqual([
      'b known since spring',
      'b known since spring',
    ]);
    expect(all.ok).toBe(true);
  });

  it('finds a suppression that is over, fits nothing, or names no rule, at its line', async () => {
    const report = await run(
      suppress(
        "rule: manifests/bad, path: a/x, reason: was known, until: '2026-06-14'",
        "rule: manifests/bad, path: c, reason: fits nothing, until: '2027-01-01'",
        "rule: manifests/none, reason: no such rule, until: '2027-01-01'",
      ),
    );

    expect(places(report).slice(3)).toEqual([
      'suppressions/expired slipway.yaml:8',
      'suppressions/unused slipway.yaml:9',
      'suppressions/unknown-rule slipway.yaml:10',
    ]);
    expect(places(report)).toContain('manifests/bad a/x:1');
  });

  it('does not call a suppression unused when its guard did not see everything', async () => {
    const config = suppress("rule: manifests/bad, path: c, reason: fits nothing, until: '2027-01-01'");

    expect(places(await run(config, { only: ['images'] }))).toEqual([]);
    expect(places(await run(config, { changed: new Set(['slipway.yaml']) }))).toEqual([]);
  });

  it('counts at most 125 guards, since a shell reads more as something else', () => {
    const guards = Array.from({ length: 130 }, (_, i) => ({ id: `${i}`, title: '', errors: 1, warnings: 0, notes: 0 }));

    expect(failingGuards({ ok: false, files: 0, guards, findings: [], suppressed: [], rules: [] })).toBe(125);
  });
});
