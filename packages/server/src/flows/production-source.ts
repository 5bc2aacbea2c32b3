import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { environmentId } from '../domain/names.ts';
import { environment } from '../store/environments.ts';
import type { Project } from '../store/projects.ts';
import type { Slipway } from './slipway.ts';

export interface ProductionSource {
  /** Name of the secret (stage production) with the address of its database. */
  readonly database: string;
  readonly filestore: string | null;
}

/**
 * Where production's data is. Of one that Slipway runs the address changes with each deployment that updates modules, so the secret
 * is brought up to date whenever it is asked for. Failures: stage-missing, production-empty.
 */
export const productionSource = async (slipway: Slipway, project: Project): Promise<ProductionSource> => {
  const { production } = project.config.stages;
  if (production === undefined) throw new Failure('stage-missing', { project: project.name, stage: 'production' });
  if (production.target !== 'docker') return { database: production.database, filestore: production.filestore ?? null };
  const id = environmentId(project.name, 'production');
  const live = await environment(slipway.db, id);
  if (live === null || live.liveSlot === null) throw new Failure('production-empty', { project: project.name });
  const { secrets, addresses, filestores } = slipway.ports;
  const { url } = addresses.addressOf(live.database, live.role, await secrets.ensure(id, 'database-password'));
  await secrets.keep(project.name, 'production', production.database, url);
  return { database: production.database, filestore: join(await filestores.ensure(id), 'filestore', live.database) };
};
