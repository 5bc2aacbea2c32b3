import { permissionOfStage } from '@slipway/contracts/permissions';
import type { FastifyInstance } from 'fastify';
import { cancelRun } from '../flows/request-preview.ts';
import type { Slipway } from '../flows/slipway.ts';
import { reading } from '../store/reading.ts';
import { unknownBuild, unknownEnvironment } from '../store/unknown.ts';
import { buildViews } from '../views/build-view.ts';
import { environmentViews } from '../views/environment-view.ts';
import { runViews } from '../views/run-view.ts';
import { addRoute, type Call } from './api.ts';
import { oneRun, runLines } from './one-run.ts';
import { pageOf } from './page.ts';
import { passwordOf } from './previews.ts';
import { runLogRoutes } from './run-logs.ts';
import { sendLines } from './stream.ts';

const oneBuild = async (slipway: Slipway, { parameters, sight }: Call) => {
  const id = parameters['build'] ?? '';
  const [build] = await buildViews(slipway.db, { id, limit: 1 });
  if (build === undefined) throw await unknownBuild(slipway.db, id, sight);
  return build;
};

/** Each is read with the rights of whoever asks. */
const listRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'runs', (call) =>
    pageOf(
      call,
      (limit, after) =>
        runViews(slipway.db, { id: null, limit, after, sight: call.sight }, (work) =>
          reading(slipway.db, call.sight, work),
        ),
      { keyOf: (run) => run.id, page: 20 },
    ),
  );
  addRoute(app, 'builds', (call) =>
    pageOf(
      call,
      (limit, after) =>
        reading(slipway.db, call.sight, (db) => buildViews(db, { id: null, limit, after, sight: call.sight })),
      {
        keyOf: (build) => build.id,
      },
    ),
  );
  addRoute(app, 'environments', (call) =>
    pageOf(
      call,
      (limit, after) =>
        reading(slipway.db, call.sight, (db) => environmentViews(db, { limit, after, sight: call.sight })),
      {
        keyOf: ({ name }) => name,
      },
    ),
  );
};

export const runRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  runLogRoutes(app, slipway);
  listRoutes(app, slipway);
  addRoute(app, 'run', (call) => oneRun(slipway, call.parameters['run'] ?? '', call.sight));
  addRoute(app, 'cancelRun', async (call) => {
    const run = await oneRun(slipway, call.parameters['run'] ?? '', call.sight);
    await cancelRun(slipway, run.id, call.who);
    return oneRun(slipway, run.id);
  });
  addRoute(app, 'build', (call) => oneBuild(slipway, call));
  addRoute(app, 'buildLogs', async (call) => {
    const build = await oneBuild(slipway, call);
    const run = await slipway.db.query('select run from ops.builds where id = $1', [build.id]);
    await sendLines(call.request, call.reply, (signal) =>
      runLines(slipway, String(run.rows[0]?.['run']), { follow: false }, signal),
    );
  });
  addRoute(app, 'environment', async (call) => {
    const id = call.parameters['environment'] ?? '';
    const [found] = await environmentViews(slipway.db, { id });
    if (found === undefined) throw await unknownEnvironment(slipway.db, id, call.sight);
    const open = found.stage !== 'production' && (found.state === 'live' || found.state === 'sleeping');
    const password = open ? await passwordOf(slipway, call, permissionOfStage(found.stage))(id) : null;
    return { ...found, login: password === null ? null : { user: 'admin', password } };
  });
};
