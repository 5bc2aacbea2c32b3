import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { assetsScript } from '../odoo/assets.ts';
import { judgeLog } from '../odoo/log-verdict.ts';
import { shellArguments, updateArguments } from '../odoo/process.ts';
import { worldTrouble } from '../odoo/world-trouble.ts';
import { odooProcess, odooRun } from './shared/odoo-run.ts';
import { defineStep, done, type StepContext, skipped } from './step.ts';

const input = z.strictObject({
  key: z.string(),
  odoo: odooRun,
  install: z.array(z.string()),
  demo: z.boolean(),
  seconds: z.number(),
});
type Input = z.infer<typeof input>;

/** The database that previews are copied from: target branch's modules installed, assets built. One per key, made once, however many ask. */
export const ensureTemplate = defineStep({
  kind: 'ensure-template',
  input,
  limit: ({ seconds }) => seconds + 600,
  run: async (asked, context) => {
    const { templates } = context.ports;
    if (await templates.ready(asked.key)) {
      await templates.touch(asked.key);
      return skipped(`template ${asked.odoo.database} was there`);
    }
    return templates.withLock(asked.key, context.signal, async () => {
      if (await templates.ready(asked.key)) return skipped(`template ${asked.odoo.database} was made by another run`);
      return build(asked, context);
    });
  },
});

/** A half-made database of this name can only be a crashed attempt, because the lock is ours. */
const build = async (asked: Input, context: StepContext) => {
  const { ports } = context;
  const { database, role, owner } = asked.odoo;
  await ports.databases.drop(database);
  await ports.filestores.remove(owner);
  await ports.databases.ensureRole(role, await ports.secrets.ensure(owner, 'database-password'), owner);
  await ports.databases.create(database, role, owner);
  await installModules(asked, context);
  await buildAssets(asked, context);
  await ports.pool.freeze(database);
  await ports.templates.save({
    key: asked.key,
    project: asked.odoo.project,
    database,
    image: asked.odoo.image,
    series: asked.odoo.series,
  });
  return done(`template ${database} made with ${asked.install.length} modules`, { modules: asked.install });
};

const installModules = async (asked: Input, context: StepContext): Promise<void> => {
  const command = updateArguments({
    ...asked.odoo,
    install: ['base', 'web', ...asked.install],
    update: [],
    testTags: null,
    demo: asked.demo,
  });
  const { lines, exitCode, outOfMemory } = await job(asked, context, 'install', command);
  await context.keep('build/template.log', lines.join('\n'));
  const judgement = judgeLog(lines, exitCode);
  if (outOfMemory || !judgement.installed)
    throw (
      (outOfMemory ? null : worldTrouble(lines)) ??
      new Failure('odoo-install-failed', {
        modules: judgement.failedModule ?? asked.install.join(', '),
        reason: outOfMemory
          ? 'Odoo used more memory than `memory` of its stage in slipway.yaml allows'
          : (judgement.errors[0] ?? lines.at(-1)),
      })
    );
};

/** Without this the first visitor of each preview waits for Odoo to compile its styles. Not having them is slow, not wrong. */
const buildAssets = async (asked: Input, context: StepContext): Promise<void> => {
  const { exitCode } = await job(asked, context, 'assets', shellArguments(asked.odoo), assetsScript);
  if (exitCode !== 0) context.log('step', 'The asset bundles could not be made ahead; the first page will be slower.');
};

const job = async (
  asked: Input,
  context: StepContext,
  name: string,
  command: readonly string[],
  input: string | null = null,
) => {
  const lines: string[] = [];
  const process = await odooProcess({ ...asked.odoo, workers: 0 }, command, context);
  const result = await context.ports.workload.runJob(
    { ...process, environment: asked.odoo.environment, name, timeoutSeconds: asked.seconds, input },
    (line) => {
      lines.push(line);
      context.log('odoo', line);
    },
    context.signal,
  );
  return { lines, ...result };
};
