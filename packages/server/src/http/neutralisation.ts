import type { neutralisationBody } from '@slipway/contracts/api';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { checkAddress, checkEnvironment } from '../flows/check-neutralisation.ts';
import type { Slipway } from '../flows/slipway.ts';
import { addRoute } from './api.ts';

export const neutralisationRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'checkNeutralisation', async (call) => {
    const body = call.body as z.infer<typeof neutralisationBody>;
    if ('url' in body) {
      call.must('installation');
      return checkAddress(slipway, body.url);
    }
    await call.mustHandle(body.environment);
    return checkEnvironment(slipway, body);
  });
};
