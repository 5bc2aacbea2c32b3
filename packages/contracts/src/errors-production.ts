import { type ErrorRow, row } from './error-row.ts';

/** Failures about a production that Slipway runs: a part of the error table, see errors.ts. */
export const PRODUCTION_ERRORS = {
  'artifact-changed': row(
    409,
    'user',
    false,
    'The image {image} is not the one that staging proved: {reason}',
    'Deploy staging again (`slipway staging deploy`), and promote what it proves.',
  ),
  'production-external': row(
    409,
    'user',
    false,
    'Production of {project} is not run by Slipway.',
    'It is read and never changed. To have Slipway run it, set `stages.production.target: docker` (docs/how-to/run-production.md).',
  ),
  'production-empty': row(
    409,
    'user',
    false,
    'Production of {project} has not been opened yet.',
    'Open it: `slipway production open`, with `--from <backup>` to bring along the data of one that runs elsewhere.',
  ),
  'production-there': row(
    409,
    'user',
    false,
    'Production of {project} is there already, on database {database}.',
    'Nothing was changed. What is new comes to it by `slipway promote`.',
  ),
  'restore-unopened': row(
    409,
    'user',
    false,
    'Nothing was restored: Slipway runs production of {project} itself, and it has not been opened yet.',
    'Open it with the data of that backup: `slipway production open --from {snapshot}`.',
  ),
  'restore-over-own': row(
    409,
    'user',
    false,
    'Nothing was restored: production of {project} serves on database {database}, and a backup is never put over it.',
    'To undo a deployment, go back: `slipway rollback --dry-run` says what that loses. To look at what the backup holds: `slipway backup restore {snapshot} --to staging`. To begin anew from the backup, open production on another machine (docs/how-to/recover-on-a-new-machine.md); this one stays as the way back.',
  ),
  'production-kept': row(
    409,
    'user',
    false,
    'Nothing was removed: there is a production here ({names}), and purging takes its database and its files.',
    'Make a backup, put it and its key away (`slipway backup create`, `slipway backup key`), and say `--with-production`.',
  ),
  'update-no-room': row(
    507,
    'user',
    false,
    'Nothing was changed: {reason}, and `update: clone` asks for one.',
    'Free space where PostgreSQL keeps its data, or let `stages.production.update` be `auto` or `maintenance` (docs/how-to/run-production.md).',
  ),
  'rollback-none': row(
    409,
    'user',
    false,
    'There is nothing to go back to: {reason}',
    '`slipway production show` lists what was deployed. What a backup holds can be looked at in staging: `slipway backup restore <backup> --to staging`.',
  ),
} as const satisfies Readonly<Record<string, ErrorRow>>;
