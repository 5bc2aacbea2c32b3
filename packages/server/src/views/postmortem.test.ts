import { expect, it } from 'vitest';
import type { StepRow } from '../store/journal.ts';
import { heldBack, type PostmortemFacts, postmortem } from './postmortem.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
const step = (index: number, name: string, from: number, until: number, more: Partial<StepRow> = {}): StepRow => ({
  index,
  name,
  kind: name,
  state: 'done',
  attempts: 1,
  input: {},
  receipt: {},
  failure: null,
  note: null,
  startedAt: at(from),
  finishedAt: at(until),
  milliseconds: (until - from) * 1000,
  ...more,
});
const facts: PostmortemFacts = {
  run: 'run_1',
  kind: 'deploy-production',
  environment: 'shop/production',
  requestedBy: 'ada',
  requestedAt: at(0),
  startedAt: at(1),
  sha: 'a'.repeat(40),
  before: null,
  serving: true,
  failure: { code: 'odoo-boot-failed', message: 'Odoo did not start: x', hint: 'Look.', facts: {} },
  step: 'await-ready',
  steps: [],
  lines: [],
  difference: null,
  evidence: [],
};

it('how long requests were kept back runs from the end of the step that did it to the end of what let them go, in clean-up too', () => {
  const held = heldBack([
    step(0, 'hold-requests', 1, 2, { kind: 'set-route' }),
    step(1, 'take-over', 2, 9),
    step(2, 'await-ready', 9, 20, { state: 'failed' }),
    step(1001, 'switch-back', 21, 22, { kind: 'switch-route' }),
    step(1000, 'put-back', 20, 21),
  ]);

  expect(held).toEqual([{ what: 'hold-requests', from: at(2), milliseconds: 20_000 }]);
});

it('says how long nobody could save, which is longer than requests were held', () => {
  const steps = [
    step(0, 'hold-requests', 1, 2, { kind: 'set-route' }),
    step(1, 'freeze-writes', 2, 3),
    step(2, 'serve-reads', 3, 4, { kind: 'set-route' }),
    step(3, 'update-modules', 4, 50, { state: 'failed' }),
    step(1000, 'route-to-blue', 51, 52, { kind: 'switch-route' }),
  ];

  const text = postmortem({ ...facts, steps });

  expect(text).toContain('- Requests were kept back by `hold-requests` from 2026-03-01 10:00:02, for 2.0 s');
  expect(text).toContain('- Nobody could save from 2026-03-01 10:00:03, for 49.0 s');
});

it('what was never let go is not given an end', () => {
  const text = postmortem({ ...facts, steps: [step(0, 'hold-writes', 1, 2)] });

  expect(text).toContain(
    'Requests were kept back by `hold-writes` from 2026-03-01 10:00:02, when that ended is not recorded',
  );
});

it('long lists are cut, and say what was left out', () => {
  const commit = { sha: 'b'.repeat(40), author: 'Ada', email: 'a@b.c', subject: 'x', at: at(0) };
  const files = Array.from({ length: 35 }, (_, index) => ({
    path: `f${index}`,
    added: index === 0 ? null : 1,
    removed: 0,
  }));

  const text = postmortem({ ...facts, before: 'c'.repeat(40), difference: { commits: [commit], more: 7, files } });

  expect(text).toContain('8 commits, 35 files, 34 lines added, 0 removed.');
  expect(text).toContain('… and 7 more.');
  expect(text).toContain('… and 5 more files.');
  expect(text).toContain('| `f0` | binary | 0 |');
});
