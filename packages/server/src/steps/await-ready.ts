import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import type { Upstream } from '../domain/environment.ts';
import { judgeReadiness, readinessQuery } from '../odoo/readiness.ts';
import { worldTrouble } from '../odoo/world-trouble.ts';
import { defineStep, done, type StepContext } from './step.ts';

const POLL_MILLISECONDS = 25;
/** Asking Docker costs more than asking Odoo, and both cores are busy starting it. */
const LOOKS_PER_INSPECTION = 20;
const TAIL_LINES = 40;

const input = z.strictObject({
  environment: z.string(),
  slot: z.enum(['blue', 'green']),
  database: z.string(),
  /** Modules of the repository in the image: an installed one that is missing on disk is not ready. */
  repositoryModules: z.array(z.string()),
  /** Modules of the repository that the database is meant to hold. */
  expectedModules: z.array(z.string()),
  seconds: z.number(),
});
type Input = z.infer<typeof input>;

/** Ready = database there, health with the database 200, login page 200, installed modules are those on disk. Health alone proves nothing. */
export const awaitReady = defineStep({
  kind: 'await-ready',
  input,
  limit: ({ seconds }) => seconds + 60,
  run: async (asked, context) => {
    const until = context.now() + asked.seconds * 1000;
    let upstream = await runningUpstream(asked, context);
    for (let looks = 1; ; looks++) {
      if (looks % LOOKS_PER_INSPECTION === 0) upstream = await runningUpstream(asked, context);
      const judgement = await look(asked, upstream, context);
      if (judgement.kind === 'ready') return done('health and login answer 200, modules match', upstream);
      if (judgement.kind === 'never') throw new Failure('odoo-boot-failed', { reason: judgement.why });
      if (context.now() > until) throw new Failure('odoo-not-ready', { seconds: asked.seconds, reason: judgement.why });
      await context.sleep(POLL_MILLISECONDS);
      context.signal.throwIfAborted();
    }
  },
});

const runningUpstream = async (asked: Input, context: StepContext): Promise<Upstream> => {
  const state = await context.ports.workload.state(asked);
  if (state.kind === 'running') return state.upstream;
  const lines = await tail(asked, context);
  for (const line of lines) context.log('odoo', line);
  const why =
    state.kind === 'stopped' && state.outOfMemory
      ? 'it used more memory than `memory` of its stage in slipway.yaml allows'
      : (lines.at(-1) ?? `its container is ${state.kind}`);
  // An Odoo that ends because its database server is away is started again by Docker, and looked at again.
  throw worldTrouble(lines) ?? new Failure('odoo-boot-failed', { reason: why });
};

const tail = async (asked: Input, context: StepContext): Promise<string[]> => {
  const lines: string[] = [];
  try {
    for await (const line of context.ports.workload.logs(asked, {
      follow: false,
      tail: TAIL_LINES,
      signal: context.signal,
    }))
      lines.push(line);
  } catch {
    // The container may be gone; what matters is told by its state.
  }
  return lines;
};

const look = async (asked: Input, upstream: Upstream, { ports }: StepContext) => {
  const health = await ports.probe.get(upstream, '/web/health?db_server_status=true');
  if (!('status' in health) || health.status !== 200)
    return judgeReadiness({ health, login: null, installed: [], ...asked });
  const [login, rows] = await Promise.all([
    ports.probe.get(upstream, '/web/login'),
    ports.databases.query(asked.database, [readinessQuery]),
  ]);
  return judgeReadiness({ health, login, installed: rows, ...asked });
};
