/** How long an update of production will take, from what is known of updates. */
import type { MeasuredPhases } from '@slipway/contracts/forecast-views';
import { type Forecast, type ForecastParts, forecastOf } from '../domain/forecast.ts';

export interface KnownUpdate {
  /** The deployment. */
  readonly id: string;
  readonly measured: MeasuredPhases;
  /** How large the database was; null: not known. */
  readonly bytes: number | null;
  readonly modules: number;
}

export interface ForecastFacts {
  /** What the database has now; null: not known. */
  readonly bytes: number | null;
  /** How many modules are updated or installed. */
  readonly modules: number;
  /** How long staging took to update the same modules; null: it did not. */
  readonly stagingSeconds: number | null;
  readonly last: KnownUpdate | null;
}

/** Where nothing was ever measured. */
const GUESS: ForecastParts = {
  copySeconds: 5,
  updateSeconds: 160,
  figuresSeconds: 5,
  bootSeconds: 10,
  smokeSeconds: 5,
};
const COPIED_PER_SECOND = 100_000_000;
/** Production has as much data as staging, and people on it. */
const MORE_THAN_STAGING = 1.5;

export const forecastFrom = (facts: ForecastFacts): Forecast => {
  const { bytes, stagingSeconds, last } = facts;
  const staging = stagingSeconds === null ? null : stagingSeconds * MORE_THAN_STAGING;
  if (last === null) {
    const copySeconds = bytes === null ? GUESS.copySeconds : Math.ceil(bytes / COPIED_PER_SECOND);
    return forecastOf({ ...GUESS, copySeconds, updateSeconds: rounded(staging ?? GUESS.updateSeconds) }, 'guess', null);
  }
  const { measured, id } = last;
  const perModule = last.modules === 0 ? null : (measured.updateSeconds ?? 0) / last.modules;
  // Whoever is told a time that is too long is not hurt by it.
  const updateSeconds = Math.max(staging ?? 0, (perModule ?? 0) * facts.modules);
  const parts: ForecastParts = {
    copySeconds: rounded(copyLike(last, bytes)),
    updateSeconds: rounded(updateSeconds === 0 ? GUESS.updateSeconds : updateSeconds),
    figuresSeconds: measured.figuresSeconds ?? GUESS.figuresSeconds,
    bootSeconds: measured.bootSeconds ?? GUESS.bootSeconds,
    smokeSeconds: measured.smokeSeconds ?? GUESS.smokeSeconds,
  };
  return forecastOf(parts, 'last deployment', id);
};

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;

/** As many bytes a second; as long as then where sizes are not known. */
const copyLike = ({ measured: { copySeconds }, bytes: then }: KnownUpdate, now: number | null): number => {
  if (copySeconds === null) return now === null ? GUESS.copySeconds : now / COPIED_PER_SECOND;
  return now === null || then === null || then === 0 ? copySeconds : (copySeconds * now) / then;
};

/** How long requests would be held while a copy is made: by what the last copy took, since a guess is no reason for a window. Null: not known. */
export const heldWhileCopying = ({ bytes, last }: Pick<ForecastFacts, 'bytes' | 'last'>): number | null => {
  if (last === null || bytes === null || last.bytes === null || last.bytes === 0) return null;
  const { heldSeconds, switchSeconds, copySeconds } = last.measured;
  if (heldSeconds === null || copySeconds === null) return null;
  return ((heldSeconds - (switchSeconds ?? 0)) * bytes) / last.bytes;
};
