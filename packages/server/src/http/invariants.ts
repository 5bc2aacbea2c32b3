import type { invariantsBody } from '@slipway/contracts/api-figures';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { measureAddress, measureEnvironment } from '../flows/measure-figures.ts';
import type { Slipway } from '../flows/slipway.ts';
import { addRoute } from './api.ts';

export const invariantsRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'measureInvariants', async (call) => {
    const body = call.body as z.infer<typeof invariantsBody>;
    if ('url' in body) {
      call.must('installation');
      return measureAddress(slipway, body.url);
    }
    await call.mustHandle(body.environment);
    return measureEnvironment(slipway, body.environment);
  });
};
