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
    '`slipway production show` lists what was deployed; a backup is restored with `slipway backup restore`.',
  ),
} as const satisfies Readonly<Record<string, ErrorRow>>;
