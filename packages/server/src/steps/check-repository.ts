import { Failure } from '@slipway/contracts/failure';
import { type GuardSummary, guardCounts } from '@slipway/contracts/guards-views';
import { z } from 'zod';
import type { CheckReport } from '../ports/repository-checks.ts';
import { checkedCommit, checkRequestOf } from './shared/repository-check.ts';
import { defineStep, done, type StepContext } from './step.ts';

const input = checkedCommit.extend({
  /** What errors do. Whatever happens, a report holds nothing up: it comes when people are served. */
  errors: z.enum(['report', 'block']),
});

/** What the guards say of the commit: kept as evidence, told with the deployment, or what ends it before anything is built. */
export const checkRepository = defineStep({
  kind: 'check-repository',
  input,
  // Longer than the port takes: the sentence about what took long is the port's.
  limit: () => 90,
  run: async (asked, context) => {
    const found = await reportOf(asked, context).catch((error: unknown) => {
      if (asked.errors === 'block' || context.signal.aborted || !(error instanceof Failure)) throw error;
      return error;
    });
    if (found instanceof Failure) {
      context.log('step', found.message);
      return done(found.message, unfinished(found));
    }
    const { summary } = found;
    await context.keep('guards/report.json', found.json);
    await context.keep('guards/report.txt', found.text);
    for (const { severity, rule, ...at } of summary.first) context.log('step', `${severity} ${told(at)} (${rule})`);
    const [count, first] = [guardCounts(summary), summary.first.map(told)];
    if (asked.errors === 'block' && summary.errors > 0)
      throw new Failure('guards-failed', {
        sha: asked.sha.slice(0, 12),
        count,
        errors: summary.errors,
        warnings: summary.warnings,
        found: first.join('; '),
      });
    return done([count, ...first].join('; '), summary);
  },
});

const reportOf = async (asked: z.infer<typeof input>, context: StepContext): Promise<CheckReport> =>
  context.ports.checks.report(await checkRequestOf(asked, context), context.signal);

const told = ({ file, line, message }: Pick<GuardSummary['first'][number], 'file' | 'line' | 'message'>): string =>
  `${file}:${line} ${message}`;

const unfinished = ({ code, facts, message }: Failure): GuardSummary => ({
  unfinished: code === 'check-unfinished' ? String(facts['reason']) : message,
  errors: 0,
  warnings: 0,
  notes: 0,
  guards: [],
  first: [],
});
