import { type ErrorRow, row } from './error-row.ts';

/** Failures about snapshots, backups, staging: a part of the error table, see errors.ts. */
export const DATA_ERRORS = {
  'snapshot-unknown': row(
    404,
    'user',
    false,
    'Project {project} has no snapshot or backup {snapshot}.',
    'Ask `slipway snapshot list` or `slipway backup list`.',
  ),
  'snapshot-none': row(
    409,
    'user',
    false,
    'Project {project} has no {kind} snapshot of production yet.',
    'Make one: `slipway snapshot create production --sanitise`, or `slipway backup create`.',
  ),
  'stage-missing': row(
    409,
    'user',
    false,
    'Project {project} has no {stage} in its slipway.yaml.',
    'Add `stages.{stage}` as docs/reference/config.md describes, and run `slipway up` again to take it over.',
  ),
  'source-not-odoo': row(
    422,
    'user',
    false,
    "The database named as production's is not one of Odoo: {reason}",
    'Correct the secret that `stages.production.database` names.',
  ),
  'snapshot-series': row(
    409,
    'user',
    false,
    'The snapshot is of Odoo {found}, the project runs {wanted}.',
    'Take a new snapshot, or correct `odoo.series`; Slipway does not migrate between series.',
  ),
  'filestore-missing': row(
    422,
    'user',
    false,
    "Production's attachments are not readable at {path}: {reason}",
    'Correct `stages.production.filestore`, or mount the folder on this machine.',
  ),
} as const satisfies Record<string, ErrorRow>;
