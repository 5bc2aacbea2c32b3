import { createHash } from 'node:crypto';

/** In the server's log: one per project, whichever control plane reads. Only one of them can at a time, which PostgreSQL sees to. */
export const slotName = ({ project }: { readonly project: string }): string =>
  `slipway_${project.replaceAll(/[^a-z0-9]/g, '_').slice(0, 40)}_${createHash('sha256').update(project).digest('hex').slice(0, 8)}`;
