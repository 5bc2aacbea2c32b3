import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { judgeLog, type LogJudgement } from '../odoo/log-verdict.ts';
import { updateArguments } from '../odoo/process.ts';
import { worldTrouble } from '../odoo/world-trouble.ts';
import { odooProcess, odooRun } from './shared/odoo-run.ts';
import { defineStep, done, type StepContext } from './step.ts';

const LAST_LINES = 30;

const input = z.strictObject({
  odoo: odooRun,
  install: z.array(z.string()),
  update: z.array(z.string()),
  /** Null: no tests. */
  testTags: z.string().nullable(),
  demo: z.boolean(),
  seconds: z.number(),
  /** A database that this step makes itself: what a try that was killed has left is not gone on with. */
  anew: z.boolean().optional(),
  /** Name of the evidence file. */
  report: z.string(),
});

/** Installs and updates exactly these modules in one Odoo run, with their tests; the verdict comes from the log and the exit code. */
export const updateModules = defineStep({
  kind: 'update-modules',
  input,
  limit: ({ seconds }) => seconds + 120,
  run: async (asked, context) => {
    if (asked.anew === true) await makeAnew(asked.odoo, context);
    const { judgement, tail, trouble } = await runOdoo(asked, context);
    if (!judgement.installed)
      throw (
        trouble ??
        new Failure('odoo-install-failed', {
          modules: judgement.failedModule ?? [...asked.install, ...asked.update].join(', '),
          reason: judgement.errors[0] ?? tail.at(-1) ?? 'Odoo ended without a word',
        })
      );
    return done(`${judgement.verdict}: ${judgement.summary}`, judgement);
  },
});

const makeAnew = async (
  { database, role, owner }: z.infer<typeof odooRun>,
  { ports: { databases } }: StepContext,
): Promise<void> => {
  await databases.drop(database);
  await databases.create(database, role, owner);
};

const runOdoo = async (
  asked: z.infer<typeof input>,
  context: StepContext,
): Promise<{ judgement: LogJudgement; tail: string[]; trouble: Failure | null }> => {
  const process = await odooProcess(
    { ...asked.odoo, workers: 0 },
    updateArguments({ ...asked.odoo, ...asked }),
    context,
  );
  const lines: string[] = [];
  try {
    const result = await context.ports.workload.runJob(
      { ...process, environment: asked.odoo.environment, name: 'update', timeoutSeconds: asked.seconds, input: null },
      (line) => {
        lines.push(line);
        context.log('odoo', line);
      },
      context.signal,
    );
    if (result.outOfMemory)
      throw new Failure('odoo-install-failed', {
        modules: [...asked.install, ...asked.update].join(', '),
        reason: 'Odoo used more memory than `memory` of its stage in slipway.yaml allows',
      });
    return {
      judgement: judgeLog(lines, result.exitCode),
      tail: lines.slice(-LAST_LINES),
      trouble: worldTrouble(lines),
    };
  } finally {
    if (lines.length > 0) await context.keep(`build/${asked.report}.log`, lines.join('\n'));
  }
};
