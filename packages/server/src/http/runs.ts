import type { LogLine } from '@slipway/contracts/views';
import type { FastifyInstance } from 'fastify';
import { cancelRun } from '../flows/request-preview.ts';
import type { Slipway } from '../flows/slipway.ts';
import { readLogLines } from '../store/log-lines.ts';
import { unknownBuild, unknownEnvironment, unknownRun } from '../store/unknown.ts';
import { buildViews } from '../views/build-view.ts';
import { environmentViews } from '../views/environment-view.ts';
import { runViews } from '../views/run-view.ts';
import { addRoute } from './api.ts';
import { pageOf } from './page.ts';
import { passwordOf } from './previews.ts';
import { sendLines } from './stream.ts';

const POLL_MILLISECONDS = 250;
const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'superseded']);

const oneRun = async (slipway: Slipway, id: string) => {
  const [run] = await runViews(slipway.db, { id, limit: 1 });
  if (run === undefined) throw await unknownRun(slipway.db, id);
  return run;
};

const oneBuild = async (slipway: Slipway, id: string) => {
  const [build] = await buildViews(slipway.db, { id, limit: 1 });
  if (build === undefined) throw await unknownBuild(slipway.db, id);
  return build;
};

/** Lines that are stored, then, if asked to follow, those that come until the run has ended. */
async function* runLines(slipway: Slipway, run: string, follow: boolean, signal: AbortSignal): AsyncIterable<LogLine> {
  for (let after = 0; !signal.aborted; ) {
    const ended = !follow || ENDED.has((await oneRun(slipway, run)).state);
    const lines = await readLogLines(slipway.db, run, { since: after, limit: 1000 });
    for (const { sequence, at, stream, text } of lines) {
      after = sequence;
      yield { at, stream, text };
    }
    if (lines.length > 0) continue;
    if (ended) return;
    await slipway.clock.sleep(POLL_MILLISECONDS, signal);
  }
}

export const runRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'runs', (call) =>
    pageOf(call, (limit, after) => runViews(slipway.db, { id: null, limit, after }), {
      keyOf: (run) => run.id,
      page: 20,
    }),
  );
  addRoute(app, 'run', (call) => oneRun(slipway, call.parameters['run'] ?? ''));
  addRoute(app, 'cancelRun', async (call) => {
    const run = await oneRun(slipway, call.parameters['run'] ?? '');
    await cancelRun(slipway, run.id, call.who);
    return oneRun(slipway, run.id);
  });
  addRoute(app, 'runLogs', async (call) => {
    const run = await oneRun(slipway, call.parameters['run'] ?? '');
    await sendLines(call.request, call.reply, (signal) =>
      runLines(slipway, run.id, call.query['follow'] === 'true', signal),
    );
  });
  addRoute(app, 'builds', (call) =>
    pageOf(call, (limit, after) => buildViews(slipway.db, { id: null, limit, after }), { keyOf: (build) => build.id }),
  );
  addRoute(app, 'build', (call) => oneBuild(slipway, call.parameters['build'] ?? ''));
  addRoute(app, 'buildLogs', async (call) => {
    const build = await oneBuild(slipway, call.parameters['build'] ?? '');
    const run = await slipway.db.query('select run from ops.builds where id = $1', [build.id]);
    await sendLines(call.request, call.reply, (signal) =>
      runLines(slipway, String(run.rows[0]?.['run']), false, signal),
    );
  });
  addRoute(app, 'environments', (call) =>
    pageOf(call, (limit, after) => environmentViews(slipway.db, { limit, after }), { keyOf: ({ name }) => name }),
  );
  addRoute(app, 'environment', async (call) => {
    const id = call.parameters['environment'] ?? '';
    const [found] = await environmentViews(slipway.db, { id });
    if (found === undefined) throw await unknownEnvironment(slipway.db, id);
    const open = found.stage !== 'production' && (found.state === 'live' || found.state === 'sleeping');
    return { ...found, login: open ? { user: 'admin', password: await passwordOf(slipway)(found.name) } : null };
  });
};
