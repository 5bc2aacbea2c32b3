import { Failure } from '@slipway/contracts/failure';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { requestRun } from '../flows/request-preview.ts';
import type { Slipway } from '../flows/slipway.ts';
import { requireEnvironment } from '../store/environments.ts';
import { hasOpenRun, isFallingAsleep } from '../store/served-runs.ts';

const body = z.strictObject({ host: z.string(), environment: z.string() });

/** What the edge asks of the control plane; behind the same token as everything else. */
export const internalRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  app.post('/internal/wake', async (request) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) throw new Failure('payload-invalid', { reason: 'host and environment are wanted' });
    const known = await requireEnvironment(slipway.db, parsed.data.environment);
    // Asked twice, or while something is being done about it already: the edge waits for the route all the same. But who comes
    // while it is falling asleep is not forgotten: waking follows.
    const asleep = known.asleep && !(await hasOpenRun(slipway.db, known.id));
    if (!asleep && !(await isFallingAsleep(slipway.db, known.id))) return { waking: false };
    await requestRun(slipway, { environment: known.id, kind: 'wake-preview', requestedBy: 'edge: first request' });
    return { waking: true };
  });
};
