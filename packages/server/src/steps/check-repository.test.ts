import { Failure } from '@slipway/contracts/failure';
import type { GuardSummary } from '@slipway/contracts/guards-views';
import { expect, test } from 'vitest';
import type { CheckRequest, RepositoryChecks } from '../ports/repository-checks.ts';
import { checkRepository } from './check-repository.ts';
import { expectCheck } from './expect-check.ts';
import type { StepContext, StepPorts } from './step.ts';

const clean: GuardSummary = { unfinished: null, errors: 0, warnings: 0, notes: 0, guards: [], first: [] };
const faulty: GuardSummary = {
  ...clean,
  errors: 1,
  warnings: 2,
  first: [{ severity: 'error', rule: 'secrets/token', file: 'addons/shop/const.py', line: 7, message: 'a token' }],
};
const NOON = Date.parse('2026-11-21T12:00:00Z');
const asked = { project: 'shop', environment: 'shop/pr-1', sha: 'a'.repeat(40) };
const request: CheckRequest = { environment: 'shop/pr-1', folder: '/checkouts/aaa', today: '2026-11-21' };

/** What a step may touch, with these checks; the rest is not there. */
const around = (checks: Partial<RepositoryChecks>, checkout = async (): Promise<string> => '/checkouts/aaa') => {
  const kept: Record<string, string> = {};
  const lines: string[] = [];
  const context = {
    ports: { checks, repository: async () => ({ checkout }) } as unknown as StepPorts,
    signal: new AbortController().signal,
    log: (_: string, line: string) => void lines.push(line),
    keep: async (path: string, content: string) => {
      kept[path] = content;
    },
    now: () => NOON,
    sleep: async () => undefined,
    receipt: async () => undefined,
  } as StepContext;
  return { context, kept, lines };
};
const answering = (summary: GuardSummary): Partial<RepositoryChecks> => ({
  report: async (of) => {
    expect(of).toEqual(request);
    return { summary, json: '{"ok":true}\n', text: 'all\n' };
  },
});
const run = (errors: 'report' | 'block', context: StepContext) => checkRepository.run({ ...asked, errors }, context);

test('What the guards found is kept as evidence, and its counts are the receipt', async () => {
  const { context, kept, lines } = around(answering(faulty));

  expect(await run('report', context)).toEqual({
    note: '1 error, 2 warnings; addons/shop/const.py:7 a token',
    receipt: faulty,
  });
  expect(kept).toEqual({ 'guards/report.json': '{"ok":true}\n', 'guards/report.txt': 'all\n' });
  expect(lines).toEqual(['error addons/shop/const.py:7 a token (secrets/token)']);
});

test('Where errors block, they end the run with the first of them, and the report is kept all the same', async () => {
  const { context, kept } = around(answering(faulty));

  await expect(run('block', context)).rejects.toMatchObject({
    code: 'guards-failed',
    message: 'The guards found 1 error, 2 warnings in commit aaaaaaaaaaaa: addons/shop/const.py:7 a token',
    facts: { errors: 1, warnings: 2 },
  });
  expect(Object.keys(kept)).toHaveLength(2);
});

test('Warnings block nothing', async () => {
  const { context } = around(answering({ ...clean, warnings: 2 }));

  expect(await run('block', context)).toMatchObject({ note: '2 warnings' });
});

const failing: Partial<RepositoryChecks> = {
  report: async () => {
    throw new Failure('check-unfinished', { sha: 'aaa', reason: 'it took longer than 60 s' });
  },
};

test('A report that does not come holds nothing up, and is not taken for a good one', async () => {
  const { context, kept } = around(failing);

  expect(await run('report', context)).toMatchObject({
    note: 'The guards did not get through commit aaa: it took longer than 60 s',
    receipt: { ...clean, unfinished: 'it took longer than 60 s' },
  });
  expect(kept).toEqual({});
});

test('Where errors block, not knowing blocks, too', async () => {
  await expect(run('block', around(failing).context)).rejects.toMatchObject({ code: 'check-unfinished' });
});

test('A run that is told to stop is not reported on', async () => {
  const { context } = around(failing);

  await expect(run('report', { ...context, signal: AbortSignal.abort() })).rejects.toThrow();
});

test('Beginning early waits for nothing, and fails for nothing', async () => {
  const told: CheckRequest[] = [];
  const checks = { expect: (of: CheckRequest) => void told.push(of) };
  await expectCheck.run(asked, around(checks).context);
  await expectCheck.run(
    asked,
    around(checks, async () => {
      throw new Error('gone');
    }).context,
  );
  await new Promise((resolve) => setImmediate(resolve));

  expect(told).toEqual([request]);
});
