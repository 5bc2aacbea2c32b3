import { Failure } from '@slipway/contracts/failure';
import type { LocksView, ModuleTime } from '@slipway/contracts/rehearsal-views';
import { z } from 'zod';
import { judgeLog, type LogJudgement } from '../odoo/log-verdict.ts';
import { moduleTimes } from '../odoo/module-times.ts';
import { updateArguments } from '../odoo/process.ts';
import { worldTrouble } from '../odoo/world-trouble.ts';
import { loginOf } from './shared/odoo-database.ts';
import { odooProcess, odooRun } from './shared/odoo-run.ts';
import { watchLocks } from './shared/watch-locks.ts';
import { defineStep, done, type StepContext } from './step.ts';

interface Ran {
  readonly judgement: LogJudgement;
  readonly lines: readonly string[];
  readonly trouble: Failure | null;
}

interface Watched {
  readonly locks: LocksView | null;
  readonly modules: readonly ModuleTime[];
}

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
  /** Locks and the time of each module are written down, as by a rehearsal. */
  watched: z.boolean().optional(),
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
    const { judgement, lines, trouble, watched } = await watching(asked, context);
    if (!judgement.installed)
      throw (
        trouble ??
        new Failure('odoo-install-failed', {
          modules: judgement.failedModule ?? [...asked.install, ...asked.update].join(', '),
          reason: judgement.errors[0] ?? lines.at(-1) ?? 'Odoo ended without a word',
        })
      );
    return done(`${judgement.verdict}: ${judgement.summary}`, { ...judgement, ...watched });
  },
});

const makeAnew = async (
  { database, role, owner }: z.infer<typeof odooRun>,
  { ports: { databases } }: StepContext,
): Promise<void> => {
  await databases.drop(database);
  await databases.create(database, role, owner);
};

/** The locks are evidence also of an update that fails. */
const watching = async (
  asked: z.infer<typeof input>,
  context: StepContext,
): Promise<Ran & { readonly watched: Watched | null }> => {
  if (asked.watched !== true) return { ...(await runOdoo(asked, context)), watched: null };
  const watch = watchLocks(await loginOf(asked.odoo, context.ports), context);
  const ran = await runOdoo(asked, context).finally(watch.stop);
  const watched = { locks: await watch.found(), modules: moduleTimes(ran.lines) };
  await context.keep(`rehearsal/${asked.report}.json`, `${JSON.stringify(watched, null, 2)}\n`);
  return { ...ran, watched };
};

const runOdoo = async (asked: z.infer<typeof input>, context: StepContext): Promise<Ran> => {
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
      lines,
      trouble: worldTrouble(lines),
    };
  } finally {
    if (lines.length > 0) await context.keep(`build/${asked.report}.log`, lines.join('\n'));
  }
};
