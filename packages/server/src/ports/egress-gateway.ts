import type { Attempt, CaughtMail, Door } from '../domain/egress.ts';

/**
 * Keeps the doors of walled networks: mail catcher, allow-list proxy, names, and the way to the database.
 * Failure: gateway-unreachable (retry).
 */
export interface EgressGateway {
  /** Resolves when the gateway listens at the door and the walls around it stand. Safe to repeat; another list or address takes over. */
  open(door: Door): Promise<void>;
  /** A door that is closed already is success. */
  close(environment: string): Promise<void>;
}

/** What the gateway tells of what it saw. */
export interface EgressLog {
  /** Resolves when the mail is kept for good; the sender is told to try again otherwise. */
  keepMail(mail: CaughtMail): Promise<void>;
  recordAttempts(attempts: readonly CountedAttempt[]): Promise<void>;
}

/** Equal attempts as one. Times are ISO 8601. */
export interface CountedAttempt extends Attempt {
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
}
