import { Failure } from '@slipway/contracts/failure';
import type { openProductionBody, ProductionView, rollbackBody } from '@slipway/contracts/production-views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { environmentId } from '../domain/names.ts';
import { describeProduction } from '../flows/describe-production.ts';
import { findWayBack, requestOpening, requestRollback, requireOwnProduction } from '../flows/request-production.ts';
import { rollbackBill } from '../flows/rollback-bill.ts';
import type { RunFacts } from '../flows/run-facts.ts';
import type { Slipway } from '../flows/slipway.ts';
import { deployments } from '../store/deployments.ts';
import { environment } from '../store/environments.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { readRun } from '../store/runs.ts';
import { productionView } from '../views/production-view.ts';
import { addRoute, type Call } from './api.ts';
import { passwordOf } from './previews.ts';

const OPENING: ReadonlySet<string> = new Set(['building', 'testing', 'failed']);

/** Production that Slipway runs. What goes live goes by way of a promotion. */
export const productionRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const named = (call: Call): Promise<Project> => projectByName(slipway.db, call.parameters['project'] ?? '');
  addRoute(app, 'production', async (call) => {
    const project = await named(call);
    requireOwnProduction(project);
    const id = environmentId(project.name, 'production');
    const live = await environment(slipway.db, id);
    // Queued to be looked at for the first time, or not spoken of at all: nobody has opened it.
    if (live === null || (live.liveSlot === null && !OPENING.has(live.state)))
      throw new Failure('production-empty', { project: project.name });
    return productionView(slipway.db, id, await firstLogin(slipway, call, id));
  });
  addRoute(app, 'describeProduction', async (call) => describeProduction(slipway, (await named(call)).name));
  addRoute(app, 'openProduction', async (call) => {
    const { from } = call.body as z.output<typeof openProductionBody>;
    const { name } = await named(call);
    return { run: await requestOpening(slipway, { project: name, from, requestedBy: call.who }) };
  });
  addRoute(app, 'rollbackBill', async (call) => {
    const project = await named(call);
    const { back, losesData, since, backup } = await findWayBack(slipway, project, call.query['to'] ?? null);
    // What a backup has is not looked into: what was deleted since is not known then.
    const formerDatabase = backup === null ? back.database : null;
    const wish = { project: project.name, since: new Date(since ?? back.startedAt), formerDatabase };
    const bill = losesData ? await rollbackBill(slipway, wish) : null;
    return { deployment: back.id, sha: back.sha, losesData, since, bill, ...(backup === null ? {} : { backup }) };
  });
  addRoute(app, 'rollbackProduction', async (call) => {
    const { to, confirm } = call.body as z.output<typeof rollbackBody>;
    const { name } = await named(call);
    return { run: await requestRollback(slipway, { project: name, to, confirmed: confirm, requestedBy: call.who }) };
  });
};

/** Of a production that began without data: one that came with its own users has none of ours. */
const firstLogin = async (slipway: Slipway, call: Call, id: string): Promise<ProductionView['login']> => {
  const [first] = (await deployments(slipway.db, id)).filter(
    ({ kind, status }) => kind === 'open' && status === 'succeeded',
  );
  if (first === undefined || first.run === null) return null;
  const { snapshot } = (await readRun(slipway.db, first.run)).facts as RunFacts;
  if (snapshot != null) return null;
  const password = await passwordOf(slipway, call, 'production')(id);
  return password === null ? null : { user: 'admin', password };
};
