import { createHash } from 'node:crypto';
import type { SlotSpec } from '../../../ports/workload.ts';

/** Another one for another specification, secrets and config included; tells neither. */
export const specDigest = (spec: SlotSpec): string => {
  const secrets = Object.entries(spec.secrets).map(([name, value]) => [name, value.reveal()]);
  return createHash('sha256')
    .update(JSON.stringify([spec, secrets, spec.config.reveal()]))
    .digest('hex')
    .slice(0, 16);
};
