import { Failure } from '@slipway/contracts/failure';
import type { FastifyInstance } from 'fastify';
import { environmentVariables } from '../flows/environment-variables.ts';
import { lookInside } from '../flows/look-inside.ts';
import type { Slipway } from '../flows/slipway.ts';
import type { Usage } from '../ports/usage.ts';
import { recordAudit } from '../store/audit.ts';
import { requireEnvironment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import { inTransaction } from '../store/queryable.ts';
import { removeSecret } from '../store/secrets.ts';
import { trafficView } from '../views/traffic-view.ts';
import { addRoute, type Call } from './api.ts';

/** What is in an environment, and what it is given. */
export const environmentRoutes = (app: FastifyInstance, slipway: Slipway, usage: Usage): void => {
  const named = ({ parameters }: Call): string => parameters['environment'] ?? '';
  addRoute(app, 'environmentDetails', (call) => lookInside(slipway, usage, named(call)));
  addRoute(app, 'environmentVariables', (call) => environmentVariables(slipway, named(call)));
  addRoute(app, 'environmentTraffic', async (call) => {
    const { id } = await requireEnvironment(slipway.db, named(call));
    return trafficView(slipway.db, id, { hours: Number(call.query['hours']), now: slipway.clock.now() });
  });
  addRoute(app, 'removeSecret', async (call) => {
    const { project = '', stage = '', name = '' } = call.parameters;
    await projectByName(slipway.db, project);
    return inTransaction(slipway.db, async (tx) => {
      const removed = await removeSecret(tx, { project, stage, name });
      if (removed === null) throw new Failure('secret-unknown', { name, stage });
      const { version } = removed;
      const target = `${project}/${stage}/${name}`;
      await recordAudit(tx, { who: call.who, what: 'secret.remove', target, details: { version } });
      return removed;
    });
  });
};
