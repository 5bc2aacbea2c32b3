import type { DoctorView } from '@slipway/contracts/doctor-views';
import { Failure } from '@slipway/contracts/failure';
import type { SecretView, StatusView } from '@slipway/contracts/views';
import type { FastifyInstance } from 'fastify';
import type { Slipway } from '../flows/slipway.ts';
import { recordAudit } from '../store/audit.ts';
import { projectByName } from '../store/projects.ts';
import { addRoute } from './api.ts';
import type { Grant } from './authorise.ts';

/** What only the composition root can do or knows. */
export interface Administration {
  readonly status: (seenBy: Grant) => Promise<StatusView>;
  readonly addProject: (folder: string) => Promise<string>;
  readonly listSecrets: (project: string) => Promise<SecretView[]>;
  readonly setSecret: (project: string, stage: string, name: string, value: string, who: string) => Promise<SecretView>;
  readonly rotateSecrets: () => Promise<number>;
  readonly doctor: () => Promise<DoctorView>;
}

const STAGES = ['development', 'preview', 'staging', 'production'];

export const adminRoutes = (app: FastifyInstance, slipway: Slipway, administration: Administration): void => {
  addRoute(app, 'health', async () => ({ status: 'ok' }));
  addRoute(app, 'doctor', () => administration.doctor());
  addRoute(app, 'status', (call) => administration.status(call));
  addRoute(app, 'addProject', async (call) => {
    const project = await administration.addProject((call.body as { folder: string }).folder);
    await recordAudit(slipway.db, { who: call.who, what: 'project.add', target: project, details: {} });
    return { project };
  });
  addRoute(app, 'secrets', async (call) => {
    const project = await projectByName(slipway.db, call.parameters['project'] ?? '');
    return administration.listSecrets(project.name);
  });
  addRoute(app, 'setSecret', async (call) => {
    const { project = '', stage = '', name = '' } = call.parameters;
    await projectByName(slipway.db, project);
    if (!STAGES.includes(stage))
      throw new Failure('kind-unknown', { what: 'stage', kind: stage, known: STAGES.join(', ') });
    if (!/^[A-Z_][A-Z0-9_]*$/.test(name))
      throw new Failure('payload-invalid', { reason: `"${name}" is not a name for a secret: A-Z, 0-9 and _` });
    const view = await administration.setSecret(project, stage, name, (call.body as { value: string }).value, call.who);
    await recordAudit(slipway.db, {
      who: call.who,
      what: 'secret.set',
      target: `${project}/${stage}/${name}`,
      details: { version: view.version },
    });
    return view;
  });
  addRoute(app, 'rotateSecrets', async (call) => {
    const rotated = await administration.rotateSecrets();
    await recordAudit(slipway.db, { who: call.who, what: 'secret.rotate', target: 'all', details: { rotated } });
    return { rotated };
  });
};
