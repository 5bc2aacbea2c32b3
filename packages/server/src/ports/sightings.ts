/** One thing that the keeper of an environment's walls saw; equal ones are counted. */
export interface Sighting {
  readonly kind: 'dns' | 'http' | 'connect' | 'smtp';
  readonly host: string;
  readonly port: number;
  /** `caught`: a mail that went to the catcher, and nowhere else. */
  readonly outcome: 'allowed' | 'refused' | 'caught';
  readonly count: number;
}

/** What left an environment, or tried to, as seen from outside of it. */
export interface Sightings {
  /** `since`: milliseconds. All that was seen up to now has been written down when it answers. */
  since(environment: string, since: number): Promise<readonly Sighting[]>;
}
