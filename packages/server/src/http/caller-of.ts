import { Failure } from '@slipway/contracts/failure';
import type { Slipway } from '../flows/slipway.ts';
import type { Person } from '../store/break-glass.ts';
import { type Environment, environment } from '../store/environments.ts';
import { unknownEnvironment } from '../store/unknown.ts';
import type { Call } from './api.ts';
import type { Caller } from './callers.ts';

/** Failure: unauthorized. */
export const callerOf = ({ request }: Pick<Call, 'request'>): Caller => {
  if (request.caller === null) throw new Failure('unauthorized', { file: 'no token' });
  return request.caller;
};

export const personOf = ({ who, user }: Caller): Person => ({ who, user });

/** Of a caller who may know of it. Failure: environment-unknown. */
export const environmentOf = async (
  slipway: Slipway,
  { sight }: Pick<Call, 'sight'>,
  id: string,
): Promise<Environment> => {
  const found = await environment(slipway.db, id);
  if (found === null) throw await unknownEnvironment(slipway.db, id, sight);
  return found;
};
