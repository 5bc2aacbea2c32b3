/** By which way a release would reach production, and how long people would notice it. Changes nothing. */
import type { PlannedDeploymentView } from '@slipway/contracts/forecast-views';
import { seconds } from '@slipway/contracts/project-config';
import { choosePath, hasRoomForTwo, type PathChoice } from '../decide/deployment-path.ts';
import { deploymentPhases } from '../decide/deployment-phases.ts';
import { type ForecastFacts, forecastFrom, heldWhileCopying, type KnownUpdate } from '../decide/forecast.ts';
import type { Forecast } from '../domain/forecast.ts';
import { environmentId, otherDatabase } from '../domain/names.ts';
import type { Release } from '../domain/release.ts';
import type { Environment } from '../store/environments.ts';
import { updateMilliseconds } from '../store/journal.ts';
import { lastUpdate } from '../store/last-update.ts';
import type { Project } from '../store/projects.ts';
import { latestSnapshot } from '../store/snapshots.ts';
import { rehearsedForecast } from './rehearsed-forecast.ts';
import type { RunFacts } from './run-facts.ts';
import type { Slipway } from './slipway.ts';

export interface PlannedUpdate {
  readonly choice: PathChoice;
  /** Null: nothing is updated. */
  readonly forecast: Forecast | null;
  /** How long production only reads, and how long it is away. */
  readonly readOnlySeconds: number;
  readonly awaySeconds: number;
  /** Of the database that serves; null: not known. */
  readonly bytes: number | null;
  readonly roomForTwo: boolean;
}

export const planUpdate = async (
  slipway: Slipway,
  project: Project,
  { environment, release, touched }: Wanted,
): Promise<PlannedUpdate> => {
  const { production } = project.config.stages;
  const wish = production?.update ?? 'auto';
  const readOnlyMax = production?.read_only_max === undefined ? null : seconds(production.read_only_max);
  const none = { databaseBytes: null, freeBytes: null, heldSeconds: null, readOnlySeconds: 0 };
  if (touched.length === 0) {
    const choice = choosePath({ ...none, touched, wish, readOnlyMax });
    return { choice, forecast: null, readOnlySeconds: 0, awaySeconds: 0, bytes: null, roomForTwo: false };
  }
  const space = await spaceOf(slipway, environment.database);
  const updates = await known(slipway, project, { environment, release, touched, bytes: space.databaseBytes });
  const forecast = (await rehearsedForecast(slipway, project, release)) ?? forecastFrom(updates);
  const heldSeconds = heldWhileCopying(updates);
  const choice = choosePath({
    ...{ ...space, touched, wish, readOnlyMax, heldSeconds },
    readOnlySeconds: forecast.readOnlySeconds,
  });
  const chosen = { choice, bytes: space.databaseBytes, roomForTwo: twoFit(space) };
  if (!('path' in choice) || choice.path !== 'maintenance')
    return { ...chosen, forecast, readOnlySeconds: forecast.readOnlySeconds, awaySeconds: 0 };
  const { updateSeconds, figuresSeconds, bootSeconds, smokeSeconds } = forecast;
  const awaySeconds = Math.ceil(updateSeconds + figuresSeconds / 2 + bootSeconds + smokeSeconds) + 1;
  const readOnlySeconds = Math.ceil((await backupSeconds(slipway, project, space.databaseBytes)) + figuresSeconds / 2);
  return { ...chosen, forecast: { ...forecast, copySeconds: 0, readOnlySeconds }, readOnlySeconds, awaySeconds };
};

interface Wanted {
  readonly environment: Environment;
  readonly release: Release;
  /** Modules that are updated or installed. */
  readonly touched: readonly string[];
}

const spaceOf = async ({ ports: { space } }: Slipway, database: string) => {
  const [databaseBytes, older, free] = await Promise.all([
    space.bytes(database),
    space.bytes(otherDatabase(database)),
    space.free(),
  ]);
  // The copy takes the name of the one before the last, which goes first.
  return { databaseBytes, freeBytes: free === null ? null : free + (older ?? 0), freeNow: free };
};

/** In place nothing older goes. */
const twoFit = ({ databaseBytes, freeNow: freeBytes }: Awaited<ReturnType<typeof spaceOf>>): boolean =>
  hasRoomForTwo({ databaseBytes, freeBytes });

/** What is known of updates like this one. */
const known = async (
  slipway: Slipway,
  project: Project,
  { environment, release, touched, bytes }: Wanted & { readonly bytes: number | null },
): Promise<ForecastFacts> => {
  const staging = await updateMilliseconds(slipway.db, environmentId(project.name, 'staging'), release.sha);
  const last = await lastMeasured(slipway, environment.id);
  return { bytes, modules: touched.length, stagingSeconds: staging === null ? null : staging / 1000, last };
};

const lastMeasured = async ({ db }: Slipway, environment: string): Promise<KnownUpdate | null> => {
  const found = await lastUpdate(db, environment);
  if (found === null) return null;
  const { preview, production } = found.facts as RunFacts;
  const modules = (preview?.change.update.length ?? 0) + (preview?.change.install.length ?? 0);
  return { id: found.run, measured: deploymentPhases(found.steps), bytes: production?.bytes ?? null, modules };
};

/** Read once to be written and once to be proved. */
const TWICE = 2;
const BACKED_UP_PER_SECOND = 30_000_000;

const backupSeconds = async ({ db }: Slipway, { name }: Project, bytes: number | null): Promise<number> => {
  const newest = await latestSnapshot(db, name, 'raw');
  if (newest !== null) return (TWICE * (Date.parse(newest.finishedAt) - Date.parse(newest.takenAt))) / 1000;
  return bytes === null ? 60 : (TWICE * bytes) / BACKED_UP_PER_SECOND;
};

/** The same of a backup that is put in the place of a database: it takes about as long as making one did. */
export const planRestore = async (
  slipway: Slipway,
  project: Project,
  database: string,
): Promise<Pick<PlannedUpdate, 'readOnlySeconds' | 'awaySeconds' | 'roomForTwo'>> => {
  const space = await spaceOf(slipway, database);
  const readOnlySeconds = Math.ceil(await backupSeconds(slipway, project, space.databaseBytes));
  return { readOnlySeconds, awaySeconds: readOnlySeconds + STARTED_SECONDS, roomForTwo: twoFit(space) };
};
const STARTED_SECONDS = 30;

/** As people are told of it. */
export const plannedView = ({ choice, ...planned }: PlannedUpdate): PlannedDeploymentView => {
  const { forecast, readOnlySeconds, awaySeconds } = planned;
  const refused = 'refused' in choice ? choice.refused : null;
  const path = 'path' in choice ? choice.path : 'clone-and-switch';
  const why = 'why' in choice ? choice.why : `\`update: clone\` asks for a copy of the database, but ${choice.refused}`;
  return { path, why, forecast, readOnlySeconds, awaySeconds, refused };
};
