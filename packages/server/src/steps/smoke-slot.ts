import { Failure } from '@slipway/contracts/failure';
import { smokeSection } from '@slipway/contracts/smoke-config';
import type { SmokeReport, SmokeResult } from '@slipway/contracts/smoke-views';
import type { LogTail, SmokeSubject } from '@slipway/smoke/check';
import { failedText, reportOf, runSmoke } from '@slipway/smoke/run-smoke';
import { z } from 'zod';
import { administratorQuery, inventoryQuery, readAdministrator, readInventory } from '../odoo/inventory.ts';
import { parseLog, reasonOf } from '../odoo/log-records.ts';
import { defineStep, done, type StepContext } from './step.ts';

const LOG_LINES = 500;

const input = z.strictObject({
  project: z.string(),
  environment: z.string(),
  stage: z.enum(['staging', 'production']),
  slot: z.enum(['blue', 'green']),
  /** Where people will reach it: Odoo is asked as if they had. */
  url: z.url(),
  series: z.string(),
  database: z.string(),
  /** The commit that it runs: a promotion asks what its smoke test said. */
  sha: z.string(),
  /** The section `smoke` of slipway.yaml. */
  checks: smokeSection,
  /** Modules of the repository that the database is meant to hold. */
  expectedModules: z.array(z.string()),
});
type Input = z.infer<typeof input>;

/** Proves an Odoo on its private address, before anybody is sent to it. It changes nothing, but for the session of its login. */
export const smokeSlot = defineStep({
  kind: 'smoke-slot',
  input,
  limit: () => 600,
  run: async (asked, context) => {
    const results: SmokeResult[] = [];
    const subject = await subjectOf(asked, context);
    for await (const event of runSmoke({ ...subject, signal: context.signal, now: context.now })) {
      if (event.kind === 'started') continue;
      const { title, state, measured } = event.result;
      context.log('step', `${state}: ${title}: ${measured}`);
      results.push(event.result);
    }
    const report = reportOf(subject.url, results, new Date(context.now()).toISOString());
    await context.keep('smoke/report.json', `${JSON.stringify(report, null, 2)}\n`);
    if (!report.ok)
      throw new Failure('smoke-failed', { failed: failedText(results), checks: report.failed.join('\n') });
    return done(noteOf(report), { failed: report.failed, results });
  },
});

const noteOf = ({ results }: SmokeReport): string => {
  const passed = results.filter(({ state }) => state === 'pass').length;
  return `${passed} checks passed, ${results.length - passed} skipped`;
};

const subjectOf = async (asked: Input, context: StepContext): Promise<SmokeSubject> => {
  const { ports } = context;
  const state = await ports.workload.state(asked);
  if (state.kind !== 'running') throw new Failure('odoo-boot-failed', { reason: `its container is ${state.kind}` });
  const { upstream } = state;
  const url = new URL('/', asked.url);
  return {
    http: (request, signal) => ports.probe.ask(upstream, url, request, signal),
    url,
    settings: asked.checks,
    series: asked.series,
    database: asked.database,
    login: await loginOf(asked, context),
    apiKey: await apiKeyOf(asked, context),
    inventory: async () =>
      readInventory(await ports.databases.query(asked.database, [inventoryQuery]), asked.expectedModules),
    log: () => tailOf(asked, context),
  };
};

/** A copy has passwords and keys of its own, so that nobody gets in with one of production: its administrator logs in. */
const loginOf = async (asked: Input, { ports }: StepContext): Promise<SmokeSubject['login']> => {
  const { login } = asked.checks;
  if (asked.stage === 'production')
    return login?.password === undefined
      ? null
      : { user: login.user, password: await ports.secrets.get(asked.project, asked.stage, login.password) };
  const user = readAdministrator(await ports.databases.query(asked.database, [administratorQuery]));
  return user === null ? null : { user, password: await ports.secrets.ensure(asked.environment, 'admin-password') };
};

const apiKeyOf = async ({ project, stage, checks }: Input, { ports }: StepContext): Promise<SmokeSubject['apiKey']> =>
  stage === 'production' && checks.login?.api_key !== undefined
    ? ports.secrets.get(project, stage, checks.login.api_key)
    : null;

/** Of this slot's container since it was started: what it said in an earlier life, before a way back to it, is nothing of now. */
const tailOf = async (asked: Input, context: StepContext): Promise<LogTail> => {
  const lines: string[] = [];
  const read = { follow: false, tail: LOG_LINES, since: 'start', signal: context.signal };
  for await (const line of context.ports.workload.logs(asked, read)) lines.push(line);
  const errors = parseLog(lines)
    .filter(({ level }) => level === 'ERROR' || level === 'CRITICAL')
    .map(({ message }) => reasonOf(message));
  return { lines: lines.length, errors };
};
