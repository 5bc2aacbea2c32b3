import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { judgeProbes, type ProbeReport, type ProbeResult, readProbes } from '../odoo/neutralise/probe-report.ts';
import { probeScript } from '../odoo/neutralise/probe-script.ts';
import { shellArguments } from '../odoo/process.ts';
import { loginOf, odooDatabase } from './shared/odoo-database.ts';
import { odooProcess, odooRun } from './shared/odoo-run.ts';
import { defineStep, done, type StepContext } from './step.ts';

const input = z.strictObject({
  of: odooDatabase,
  odoo: odooRun,
  /** Hosts that the environment may reach: what goes there has not got out. */
  allow: z.array(z.string()),
  /** For all probes together; crons beyond it are left out, and said to be. */
  seconds: z.int().min(30),
});
type Input = z.infer<typeof input>;

/**
 * Proves what the checks say: on a copy that is thrown away, in the environment's own image and network, Odoo tries to get out.
 * Copying ends the sessions of the database, so the step comes before Odoo starts on it.
 */
export const probeDatabase = defineStep({
  kind: 'probe-database',
  input,
  limit: ({ seconds }) => seconds + 600,
  run: async (asked, context) => {
    const database = probeName(asked.of.database);
    try {
      const report = await probe(asked, database, context);
      await context.keep('neutralisation/probes.json', `${JSON.stringify(report, null, 2)}\n`);
      if (!report.ok)
        throw new Failure('probe-left', { environment: asked.of.environment, left: report.left.join('; ') });
      const tried = Object.entries(report.tried).map(([kind, count]) => `${count} ${kind}`);
      return done(`0 left: ${tried.join(', ')}`, { tried: report.tried, left: report.left });
    } finally {
      await context.ports.databases.drop(database);
    }
  },
});

/** PostgreSQL takes 63 bytes. */
const probeName = (database: string): string => `${database.slice(0, 56)}_probe`;

const probe = async (asked: Input, database: string, context: StepContext): Promise<ProbeReport> => {
  const { ports } = context;
  const { owner, role, environment } = asked.of;
  // Left by a crash.
  await ports.databases.drop(database);
  await ports.databases.clone({ from: asked.of.database, to: database, role, owner: environment });
  await ports.sql.write(await loginOf({ owner, database, role }, ports), (session) => session.run(FILES_IN_DATABASE));
  const begun = context.now();
  const probes = await runProbes(asked, database, context);
  return judgeProbes(probes, await seenSince(environment, begun, context), asked.allow);
};

/** The gateway writes down what it saw once a second. */
const SETTLE_MILLISECONDS = 3000;

const seenSince = async (environment: string, begun: number, { ports, sleep }: StepContext) => {
  if (ports.sightings === null) return null;
  await sleep(SETTLE_MILLISECONDS);
  return ports.sightings.since(environment, begun);
};

/** What the crons make must not be left in the environment's folder. */
const FILES_IN_DATABASE = {
  text: `insert into ir_config_parameter (key, value) values ('ir_attachment.location', 'db') on conflict (key) do update set value = excluded.value`,
  parameters: [],
};

const runProbes = async (asked: Input, database: string, context: StepContext): Promise<readonly ProbeResult[]> => {
  const odoo = { ...asked.odoo, database, workers: 0 };
  const process = await odooProcess(odoo, shellArguments(odoo), context);
  const lines: string[] = [];
  const result = await context.ports.workload.runJob(
    {
      ...process,
      environment: asked.of.environment,
      name: 'probe',
      timeoutSeconds: asked.seconds + 300,
      input: probeScript(asked.seconds),
      connected: true,
    },
    (line) => {
      lines.push(line);
      context.log('odoo', line);
    },
    context.signal,
  );
  const probes = result.exitCode === 0 ? readProbes(lines) : null;
  if (probes === null)
    throw new Failure('odoo-boot-failed', {
      reason: `the probes did not come to their end: ${lines.at(-1) ?? 'no word'}`,
    });
  return probes;
};
