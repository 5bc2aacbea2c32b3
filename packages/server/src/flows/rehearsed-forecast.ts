import type { Forecast } from '../domain/forecast.ts';
import { environmentId } from '../domain/names.ts';
import type { Release } from '../domain/release.ts';
import { environment } from '../store/environments.ts';
import type { Project } from '../store/projects.ts';
import { rehearsalOf } from '../store/rehearsals.ts';
import { servedVersion } from './served-version.ts';
import type { Slipway } from './slipway.ts';

/**
 * How long the update to a release is expected to take, as its rehearsal took. Null: there is none that succeeded of this image and of
 * what production runs now; how old its data may be is a matter for a gate.
 */
export const rehearsedForecast = async (
  { db }: Slipway,
  { name }: Project,
  release: Pick<Release, 'sha' | 'imageDigest'>,
): Promise<Forecast | null> => {
  const found = await rehearsalOf(db, name, release);
  if (found === null || found.sha !== release.sha || found.imageDigest !== release.imageDigest) return null;
  const served = await servedVersion(db, await environment(db, environmentId(name, 'production')));
  const same = served !== null && served.sha === found.productionSha && served.since === found.productionSince;
  return same && found.status === 'succeeded' ? (found.report?.forecast ?? null) : null;
};
