/** How a mail's own page is shown: a part of the route table, see api.ts, where the other routes about mails are. */
import { z } from 'zod';
import type { Route } from './route.ts';

export const MAIL_ROUTES = {
  mailHtml: {
    method: 'GET',
    path: '/api/v1/environments/:environment/mails/:mail/html',
    says: 'The HTML of a mail as a page for a sandboxed frame: its policy lets it run nothing, send nothing and load nothing; pictures that came with the mail are in it.',
    needs: 'stage',
    media: 'text/html',
    answer: z.unknown(),
  },
} as const satisfies Record<string, Route>;
