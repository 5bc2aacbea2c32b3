import type { AllowRule, Attempt, CaughtMail } from '../../../domain/egress.ts';
import type { Resolve } from './addresses.ts';

/** What every service behind a door is given. The environment is known by the address that was called, never by what a caller says. */
export interface DoorContext {
  readonly environment: string;
  readonly address: string;
  readonly rules: readonly AllowRule[];
  /** Whether an address is of the network that this door is for. */
  readonly isOurs: (address: string | undefined) => boolean;
  readonly note: (attempt: Omit<Attempt, 'environment'>) => void;
  readonly keepMail: (mail: CaughtMail) => Promise<void>;
  readonly resolve: Resolve;
}

/** A listener of a door. */
export interface Service {
  readonly port: number;
  close(): Promise<void>;
}

export const refusal = (
  kind: Attempt['kind'],
  host: string,
  port: number,
  reason: string,
): Omit<Attempt, 'environment'> => ({ kind, host, port, outcome: 'refused', reason, bytesSent: 0, bytesReceived: 0 });
