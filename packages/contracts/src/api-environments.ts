/** The routes about what is in an environment, and about the machine that all of them are on: a part of the route table, see api.ts. */
import { z } from 'zod';
import { doctorView } from './doctor-views.ts';
import { environmentDetails, environmentTraffic, environmentVariables } from './environment-views.ts';
import type { Route } from './route.ts';
import { secretView } from './views.ts';

export const ENVIRONMENT_ROUTES = {
  environmentDetails: {
    method: 'GET',
    path: '/api/v1/environments/:environment/details',
    says: 'What an environment is like now: sizes, installed modules, memory and CPU. Wakes nothing; what cannot be known says why.',
    answer: environmentDetails,
  },
  environmentTraffic: {
    method: 'GET',
    path: '/api/v1/environments/:environment/traffic',
    says: 'What the edge was asked of an environment in the last hours, in sixty steps: requests, server errors, how fast.',
    query: z.object({ hours: z.enum(['1', '6', '24']).default('1') }),
    answer: environmentTraffic,
  },
  environmentVariables: {
    method: 'GET',
    path: '/api/v1/environments/:environment/variables',
    needs: 'stage',
    says: 'The environment variables of an environment, as slipway.yaml says them; of secrets only whether there is a value.',
    answer: environmentVariables,
  },
  removeSecret: {
    method: 'DELETE',
    path: '/api/v1/projects/:project/secrets/:stage/:name',
    needs: 'settings',
    says: 'Removes a secret. What runs keeps its value; what is started anew and wants it fails.',
    answer: secretView,
  },
  doctor: {
    method: 'GET',
    path: '/api/v1/doctor',
    needs: 'installation',
    scope: 'admin',
    says: 'Whether the machine of the control plane has what it needs, and how to get the rest.',
    answer: doctorView,
  },
} as const satisfies Record<string, Route>;
