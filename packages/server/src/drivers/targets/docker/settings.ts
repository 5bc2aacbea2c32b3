import type { EgressGateway } from '../../../ports/egress-gateway.ts';
import type { DatabaseAccess } from '../../../ports/workload.ts';

export interface DockerSettings {
  readonly socket: string;
  /** Name of this installation; in the name and label of everything made here. */
  readonly instance: string;
  /** Private files of running containers (odoo.conf) live below this folder. */
  readonly dataFolder: string;
  readonly database: DatabaseAccess;
  /** Keeps the doors of walled networks. */
  readonly gateway: EgressGateway;
}
