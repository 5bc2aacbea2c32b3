import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Clock, NewId } from '../domain/clock.ts';
import type { Secret } from '../domain/secret.ts';
import type { EvidenceSigning } from '../evidence/heads.ts';
import type { SourceHost } from '../ports/source-host.ts';
import type { StepPorts } from '../steps/step.ts';

/** What the flows work with; put together in main.ts and in tests, never looked up. */
export interface Slipway {
  readonly db: Pool;
  readonly ports: StepPorts;
  /** Null: nobody is told, as for a plain git remote. */
  readonly sourceHost: SourceHost | null;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  /** Name of this installation: in every label and in the name of every database object that is not an environment's. */
  readonly instance: string;
  /** Name of this process among several control planes. */
  readonly owner: string;
  readonly evidenceFolder: string;
  readonly evidenceSigning: EvidenceSigning;
  readonly domain: string;
  readonly url: (host: string) => string;
  /** Known secret values, to be masked in whatever is kept or shown. */
  readonly knownSecrets: () => Promise<readonly Secret[]>;
  readonly builds: number;
}
