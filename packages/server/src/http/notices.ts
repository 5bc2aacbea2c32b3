import type { notifyTestBody } from '@slipway/contracts/api';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Slipway } from '../flows/slipway.ts';
import { testChannels } from '../flows/tell-people.ts';
import type { Notifiers } from '../ports/notifier.ts';
import { recordAudit } from '../store/audit.ts';
import { projectByName } from '../store/projects.ts';
import { noticeViews } from '../views/notice-view.ts';
import { addRoute } from './api.ts';
import { pageOf } from './page.ts';

const PAGE = 50;

export const noticeRoutes = (app: FastifyInstance, slipway: Slipway, notifiers: Notifiers): void => {
  addRoute(app, 'notices', async (call) => {
    const { name } = await projectByName(slipway.db, call.parameters['project'] ?? '');
    return pageOf(call, (limit, after) => noticeViews(slipway.db, name, limit, after), {
      keyOf: ({ id }) => id,
      page: PAGE,
    });
  });
  addRoute(app, 'testNotify', async (call) => {
    const { name: project } = await projectByName(slipway.db, call.parameters['project'] ?? '');
    const { channel } = call.body as z.output<typeof notifyTestBody>;
    const gone = new AbortController();
    call.request.raw.socket.once('close', () => gone.abort());
    const tested = await testChannels(slipway, notifiers, { project, channel, signal: gone.signal });
    await recordAudit(slipway.db, { who: call.who, what: 'notify.test', target: project, details: { channel } });
    return tested;
  });
};
