import type { neutralisationBody } from '@slipway/contracts/api';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { checkAddress, checkEnvironment } from '../flows/check-neutralisation.ts';
import type { Slipway } from '../flows/slipway.ts';
import { addRoute } from './api.ts';

export const neutralisationRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'checkNeutralisation', (call) => {
    const body = call.body as z.infer<typeof neutralisationBody>;
    return 'url' in body ? checkAddress(slipway, body.url) : checkEnvironment(slipway, body);
  });
};
