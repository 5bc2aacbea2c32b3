/**
 * How long an update of production is expected to take, part by part. Made once, when the deployment is planned, and kept with it: what
 * the parts took in the end is compared with it.
 */
export interface Forecast {
  /** Copying the database and linking its files; 0 where nothing is copied. */
  readonly copySeconds: number;
  readonly updateSeconds: number;
  /** Measuring the business figures, before and after. */
  readonly figuresSeconds: number;
  readonly bootSeconds: number;
  readonly smokeSeconds: number;
  /** How long nobody can save: from the moment that writing is closed to the switch. */
  readonly readOnlySeconds: number;
  readonly source: 'rehearsal' | 'last deployment' | 'guess';
  /** The rehearsal or deployment that it was measured in; null of a guess. */
  readonly from: string | null;
}

export type ForecastParts = Pick<
  Forecast,
  'copySeconds' | 'updateSeconds' | 'figuresSeconds' | 'bootSeconds' | 'smokeSeconds'
>;

/** Writing waits while requests in flight finish, and while sessions go over. */
const BESIDES_SECONDS = 2;

/** Seconds are whole and never 0 in sum: people are told "back at about". */
export const forecastOf = (parts: ForecastParts, source: Forecast['source'], from: string | null): Forecast => {
  const sum = parts.copySeconds + parts.updateSeconds + parts.figuresSeconds + parts.bootSeconds + parts.smokeSeconds;
  return { ...parts, readOnlySeconds: Math.ceil(sum) + BESIDES_SECONDS, source, from };
};
