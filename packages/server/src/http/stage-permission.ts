import { Failure } from '@slipway/contracts/failure';
import { type Permission, roleAllows } from '@slipway/contracts/permissions';
import type { Slipway } from '../flows/slipway.ts';
import type { Person } from '../store/break-glass.ts';
import { type Environment, environment } from '../store/environments.ts';
import { unknownEnvironment } from '../store/unknown.ts';
import type { Call } from './api.ts';
import type { Caller } from './callers.ts';

/** What a stage asks of whoever goes into an environment of it. */
export const permissionOf = (stage: string): Permission =>
  stage === 'production' ? 'production' : stage === 'staging' ? 'staging' : 'preview';

/** Failure: unauthorized. */
export const callerOf = ({ request }: Pick<Call, 'request'>): Caller => {
  if (request.caller === null) throw new Failure('unauthorized', { file: 'no token' });
  return request.caller;
};

export const personOf = ({ who, user }: Caller): Person => ({ who, user });

export const may = (caller: Caller, project: string, needed: Permission): boolean =>
  caller.installation || roleAllows(caller.roles[project], needed);

/**
 * The environment, for whoever may what its stage asks for. One of another organisation, or of a project that somebody has no role in, is
 * not there for them. Failures: environment-unknown, environment-not-allowed.
 */
export const environmentFor = async (
  slipway: Slipway,
  call: Pick<Call, 'request' | 'parameters'>,
  wanted: { readonly id: string; readonly needed?: Permission },
): Promise<Environment> => {
  const caller = callerOf(call);
  const found = await environment(slipway.db, wanted.id);
  if (found === null || !mayKnow(caller, found)) throw await noSuch(slipway, caller, wanted.id);
  const needed = wanted.needed ?? permissionOf(found.stage);
  if (!may(caller, found.project, needed))
    throw new Failure('environment-not-allowed', { who: caller.who, environment: found.id, needed });
  return found;
};

export const mayKnow = (
  caller: Caller,
  { organisation, project }: { readonly organisation: string; readonly project: string },
): boolean => organisation === caller.organisation && (caller.installation || caller.roles[project] !== undefined);

/** To whoever administers everything the names that there are; to others nothing that they may not know. */
const noSuch = async (slipway: Slipway, { installation }: Caller, id: string): Promise<Failure> =>
  installation
    ? unknownEnvironment(slipway.db, id)
    : new Failure('environment-unknown', { environment: id, known: 'those that `slipway env list` shows' });
