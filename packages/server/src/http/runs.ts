import type { FastifyInstance } from 'fastify';
import { cancelRun } from '../flows/request-preview.ts';
import type { Slipway } from '../flows/slipway.ts';
import { unknownBuild, unknownEnvironment } from '../store/unknown.ts';
import { buildViews } from '../views/build-view.ts';
import { environmentViews } from '../views/environment-view.ts';
import { runViews } from '../views/run-view.ts';
import { addRoute } from './api.ts';
import { oneRun, runLines } from './one-run.ts';
import { passwordOf } from './previews.ts';
import { runLogRoutes } from './run-logs.ts';
import { sendLines } from './stream.ts';

const oneBuild = async (slipway: Slipway, id: string) => {
  const [build] = await buildViews(slipway.db, { id, limit: 1 });
  if (build === undefined) throw await unknownBuild(slipway.db, id);
  return build;
};

export const runRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  runLogRoutes(app, slipway);
  const limit = (text: string | undefined): number => Math.min(Math.max(Number(text ?? 20) || 20, 1), 500);
  addRoute(app, 'runs', (call) => runViews(slipway.db, { id: null, limit: limit(call.query['limit']) }));
  addRoute(app, 'run', (call) => oneRun(slipway, call.parameters['run'] ?? ''));
  addRoute(app, 'cancelRun', async (call) => {
    const run = await oneRun(slipway, call.parameters['run'] ?? '');
    await cancelRun(slipway, run.id, call.who);
    return oneRun(slipway, run.id);
  });
  addRoute(app, 'builds', () => buildViews(slipway.db, { id: null, limit: 100 }));
  addRoute(app, 'build', (call) => oneBuild(slipway, call.parameters['build'] ?? ''));
  addRoute(app, 'buildLogs', async (call) => {
    const build = await oneBuild(slipway, call.parameters['build'] ?? '');
    const run = await slipway.db.query('select run from ops.builds where id = $1', [build.id]);
    await sendLines(call.request, call.reply, (signal) =>
      runLines(slipway, String(run.rows[0]?.['run']), { follow: false }, signal),
    );
  });
  addRoute(app, 'environments', () => environmentViews(slipway.db, null));
  addRoute(app, 'environment', async (call) => {
    const id = decodeURIComponent(call.parameters['environment'] ?? '');
    const [found] = await environmentViews(slipway.db, id);
    if (found === undefined) throw await unknownEnvironment(slipway.db, id);
    const open = found.stage !== 'production' && (found.state === 'live' || found.state === 'sleeping');
    return { ...found, login: open ? { user: 'admin', password: await passwordOf(slipway)(found.name) } : null };
  });
};
