import { Readable } from 'node:stream';
import type { downloadBody, storeKeyBody } from '@slipway/contracts/api';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { Secret } from '../domain/secret.ts';
import { adoptSnapshots, giveStoreKey, storedSnapshots } from '../flows/recover-store.ts';
import type { Slipway } from '../flows/slipway.ts';
import { downloadStoredSnapshot } from '../flows/stored-snapshots.ts';
import { projectByName } from '../store/projects.ts';
import { addRoute, type Call } from './api.ts';

/** The place where snapshots are kept: what is in it, and what opens it. */
export const storeRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const projectOf = (call: Call) => projectByName(slipway.db, call.parameters['project'] ?? '');
  addRoute(app, 'giveStoreKey', async (call) => {
    const { key } = call.body as z.output<typeof storeKeyBody>;
    return giveStoreKey(slipway, await projectOf(call), { key: new Secret(key), who: call.who });
  });
  addRoute(app, 'downloadSnapshot', async (call) => {
    const { raw } = call.body as z.output<typeof downloadBody>;
    if (raw) call.must('production');
    const snapshot = call.parameters['snapshot'] ?? '';
    const wanted = { snapshot, raw, who: call.who };
    const content = await downloadStoredSnapshot(slipway, await projectOf(call), wanted);
    return call.reply.type('application/x-tar').send(Readable.from(content, { objectMode: false }));
  });
  addRoute(app, 'storedSnapshots', async (call) => storedSnapshots(slipway, await projectOf(call)));
  addRoute(app, 'adoptSnapshots', async (call) => adoptSnapshots(slipway, await projectOf(call), call.who));
};
