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
  /** What was written down since then (milliseconds); what was seen in the last moment may not be there yet. */
  since(environment: string, since: number): Promise<readonly Sighting[]>;
}
