/** The routes about shells, logins without a password and break-glass: a part of the route table, see api.ts. */
import { z } from 'zod';
import type { Route } from './route.ts';
import {
  connectBody,
  connectView,
  environmentUser,
  glassBody,
  glassView,
  shellBody,
  shellOpened,
  shellView,
} from './shell-views.ts';

export const SHELL_ROUTES = {
  connect: {
    method: 'POST',
    path: '/api/v1/environments/:environment/connect',
    says: 'An address that logs a browser in as a user of the Odoo of an environment, once, within a minute. Of production it needs break-glass with `write`.',
    needs: 'stage',
    body: connectBody,
    answer: connectView,
  },
  environmentUsers: {
    method: 'GET',
    path: '/api/v1/environments/:environment/users',
    says: 'Whom one can log in as, by login.',
    needs: 'stage',
    scope: 'admin',
    query: z.object({ search: z.string().max(200).optional() }),
    answer: z.array(environmentUser),
  },
  openShell: {
    method: 'POST',
    path: '/api/v1/environments/:environment/shells',
    says: 'Opens a shell beside a running environment; it begins when its websocket is attached, within a minute. Of production it needs break-glass.',
    needs: 'stage',
    body: shellBody,
    answer: shellOpened,
  },
  shells: {
    method: 'GET',
    path: '/api/v1/shells',
    says: 'Shells, the newest first: one’s own, and those of environments whose shells one may open.',
    of: 'list',
    query: z.object({
      environment: z.string().max(200).optional(),
      open: z.enum(['true', 'false']).optional(),
      limit: z
        .string()
        .regex(/^\d{1,3}$/)
        .optional(),
    }),
    answer: z.array(shellView),
  },
  shell: {
    method: 'GET',
    path: '/api/v1/shells/:shell',
    says: 'One shell.',
    needs: 'stage',
    answer: shellView,
  },
  attachShell: {
    method: 'GET',
    path: '/api/v1/shells/:shell/attach',
    says: 'The websocket of a shell, for whoever opened it. Binary frames are bytes of the terminal; text frames are JSON: {"resize":{"columns","rows"}} and {"eof":true} to it, {"exit":{"code","why"}} from it, as the last one.',
    needs: 'stage',
    scope: 'admin',
    answer: z.unknown(),
  },
  endShell: {
    method: 'DELETE',
    path: '/api/v1/shells/:shell',
    says: 'Ends a shell.',
    needs: 'stage',
    answer: shellView,
  },
  shellRecording: {
    method: 'GET',
    path: '/api/v1/shells/:shell/recording',
    says: 'What a shell showed, as asciicast v2; known secrets are masked.',
    needs: 'settings',
    scope: 'admin',
    media: 'application/x-asciicast',
    answer: z.unknown(),
  },
  openGlass: {
    method: 'POST',
    path: '/api/v1/projects/:project/production/break-glass',
    says: 'Opens production to shells of whoever asks, for a time and for a reason that everybody is told.',
    needs: 'production',
    body: glassBody,
    answer: glassView,
  },
  glasses: {
    method: 'GET',
    path: '/api/v1/projects/:project/production/break-glass',
    says: 'When production was opened, by whom and why, newest first.',
    needs: 'production',
    query: z.object({ open: z.enum(['true', 'false']).optional() }),
    answer: z.array(glassView),
  },
  closeGlass: {
    method: 'DELETE',
    path: '/api/v1/projects/:project/production/break-glass/:glass',
    says: 'Closes it before its time: shells that were opened through it are cut, logins end.',
    needs: 'production',
    answer: glassView,
  },
} as const satisfies Record<string, Route>;
