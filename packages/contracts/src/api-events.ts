/** The routes about what changes while somebody looks: a part of the route table, see api.ts. */
import { z } from 'zod';
import { logWindowQuery, logWindowView } from './log-window-views.ts';
import type { Route } from './route.ts';

export const EVENT_ROUTES = {
  events: {
    method: 'GET',
    path: '/api/v1/events',
    of: 'list',
    says: 'What changes, as it changes, as server-sent events: `event: change` with kind, project, environment, id and time of what is to be asked for anew. Goes on after `Last-Event-ID`, or `after`; `event: reset` says that some are gone.',
    query: z.object({
      project: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .describe('Only of this one. Default: of all that the caller may see.'),
      after: z.string().max(60).optional().describe('Where no header can be sent: the id of the last event seen.'),
    }),
    media: 'text/event-stream',
    answer: z.unknown(),
  },
  logWindow: {
    method: 'GET',
    path: '/api/v1/runs/:run/log-window',
    says: 'A part of the log of a run, with how many lines there are; searched and filtered where that is asked for.',
    query: logWindowQuery,
    answer: logWindowView,
  },
} as const satisfies Record<string, Route>;
