import type { Finding } from '@slipway/contracts/doctor-views';
import type { Settings } from '../../config.ts';
import type { Queryable } from '../../store/queryable.ts';

/** Where the checks look: at what this control plane runs on. */
export interface Patient {
  readonly settings: Settings;
  readonly db: Queryable;
  /** Whether Slipway runs PostgreSQL itself. */
  readonly managed: boolean;
  readonly now: () => Date;
  /** Of a host under the domain, as people are shown it. */
  readonly url: (host: string) => string;
}

export interface Check {
  readonly name: string;
  /** A rejection is shown as a failed check. */
  look(patient: Patient): Promise<Finding | readonly Finding[]>;
}

export const ok = (check: string, says: string): Finding => ({ check, state: 'ok', says, hint: null });
export const warn = (check: string, says: string, hint: string): Finding => ({ check, state: 'warn', says, hint });
export const fail = (check: string, says: string, hint: string): Finding => ({ check, state: 'fail', says, hint });

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
