/** The routes about who is in a project: a part of the route table, see api.ts. */
import { z } from 'zod';
import { memberBody, memberView } from './member-views.ts';
import type { Route } from './route.ts';

export const MEMBER_ROUTES = {
  members: {
    method: 'GET',
    path: '/api/v1/projects/:project/members',
    says: 'Who is in a project, by name. Administrators of the installation may everything without being in one.',
    needs: 'settings',
    answer: z.array(memberView),
  },
  setMember: {
    method: 'PUT',
    path: '/api/v1/projects/:project/members/:user',
    says: 'Gives a person, by id or e-mail address of the account, a role in a project, or another one.',
    needs: 'settings',
    body: memberBody,
    answer: memberView,
  },
  removeMember: {
    method: 'DELETE',
    path: '/api/v1/projects/:project/members/:user',
    says: 'Takes a person, by id or e-mail address of the account, out of a project.',
    needs: 'settings',
    answer: memberView,
  },
} as const satisfies Record<string, Route>;
