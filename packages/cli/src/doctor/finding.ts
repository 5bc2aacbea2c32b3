import type { Finding } from '@slipway/contracts/doctor-views';

export { type Finding, finding } from '@slipway/contracts/doctor-views';

export const ok = (check: string, says: string): Finding => ({ check, state: 'ok', says, hint: null });
export const warn = (check: string, says: string, hint: string): Finding => ({ check, state: 'warn', says, hint });
export const fail = (check: string, says: string, hint: string): Finding => ({ check, state: 'fail', says, hint });

/** Where a check looks. */
export interface Place {
  readonly cwd: string;
  readonly dataFolder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Number of the user; null where there is no such thing. */
  readonly user: number | null;
  /** Where the server of the data folder answers, and where its edge listens, which outlives it; null: nowhere. */
  readonly apiPort: number | null;
  readonly edgePort: number | null;
}

export interface Check {
  readonly name: string;
  /** Never rejects for what it is there to find; a rejection is shown as a failed check. */
  look(place: Place): Promise<Finding>;
}
