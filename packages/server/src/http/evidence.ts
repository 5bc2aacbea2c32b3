import type { FastifyInstance } from 'fastify';
import { bundleEvidence } from '../flows/bundle-evidence.ts';
import { checkEvidence } from '../flows/check-evidence.ts';
import { postmortemOf } from '../flows/draft-postmortem.ts';
import type { Slipway } from '../flows/slipway.ts';
import { reading } from '../store/reading.ts';
import { unknownRun } from '../store/unknown.ts';
import { evidenceFile, evidenceViews } from '../views/evidence-view.ts';
import { addRoute } from './api.ts';
import { pageOf } from './page.ts';

export const evidenceRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'evidenceList', (call) =>
    pageOf(
      call,
      (limit, after) => reading(slipway.db, call.sight, (db) => evidenceViews(db, { limit, after, sight: call.sight })),
      {
        keyOf: ({ run }) => run,
      },
    ),
  );
  addRoute(app, 'evidence', async (call) => {
    const run = call.parameters['run'] ?? '';
    const [found] = await evidenceViews(slipway.db, { run });
    if (found === undefined) throw await unknownRun(slipway.db, run, call.sight);
    return found;
  });
  addRoute(app, 'evidenceFile', (call) =>
    evidenceFile(slipway.db, slipway.evidenceFolder, {
      run: call.parameters['run'] ?? '',
      path: call.query['path'] ?? '',
    }),
  );
  addRoute(app, 'evidenceBundle', async (call) => {
    const { run, bytes, content } = await bundleEvidence(slipway, call.parameters['run'] ?? '', call.who);
    return call.reply
      .type('application/zip')
      .header('content-length', bytes)
      .header('content-disposition', `attachment; filename="evidence-${run.replace(/[^\w.-]/g, '_')}.zip"`)
      .header('x-content-type-options', 'nosniff')
      .send(content);
  });
  addRoute(app, 'postmortem', (call) => postmortemOf(slipway, call.parameters['run'] ?? ''));
  addRoute(app, 'verifyEvidence', () => checkEvidence(slipway));
};
