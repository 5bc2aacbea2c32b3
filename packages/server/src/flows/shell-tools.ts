import type { ReadingRoles } from '../ports/reading-roles.ts';
import type { Terminals } from '../ports/terminals.ts';

/** What shells and logins work with, besides what every flow has. */
export interface ShellTools {
  readonly terminals: Terminals;
  readonly readers: ReadingRoles;
  /** Where recordings are kept. */
  readonly folder: string;
  /** How often a living shell asks whether it may go on. */
  readonly watchMilliseconds: number;
}

export const SHELL_LIMITS = {
  attachSeconds: 60,
  idleSeconds: 15 * 60,
  mostSeconds: 8 * 3600,
  perPerson: 5,
  /** Then it ends: what is not recorded does not go on. */
  recordedBytes: 16 * 2 ** 20,
  /** A process that says nothing for so long is gone. */
  silentSeconds: 30,
} as const;
