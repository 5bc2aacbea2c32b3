import { type ErrorRow, row } from './error-row.ts';

/** Failures about snapshots, backups, staging, neutralising: a part of the error table, see errors.ts. */
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
  'odoo-missing': row(
    422,
    'user',
    false,
    'There is no Odoo in the database {database}.',
    'Name a database in which `base` is installed.',
  ),
  'module-code-missing': row(
    422,
    'user',
    false,
    'Installed in {database}, but without code on the addons path: {modules}. Nobody knows what they left switched on.',
    'Add the modules to the repository or to the base image, or uninstall them where the data comes from.',
  ),
  'neutralise-failed': row(
    422,
    'user',
    false,
    '{what} could not be run: {reason}',
    "Nothing was changed and no Odoo was started. A `neutralize.sql` is the module's own; one of our entries is a defect of Slipway.",
  ),
  'not-neutralised': row(
    409,
    'user',
    false,
    '{environment} does not start, because it is not safe: {failed}.',
    '`slipway neutralise check {environment}` says what each means; `slipway preview rebuild` or a refresh neutralises again.',
  ),
  'probe-left': row(
    409,
    'user',
    false,
    '{environment} does not start, because a probe got out: {left}.',
    'Read neutralisation/probes.json in the evidence of this run; name hosts that may be reached under `egress.allow` of the stage.',
  ),
} as const satisfies Record<string, ErrorRow>;
