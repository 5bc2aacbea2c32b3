import { type ErrorRow, row } from './error-row.ts';

/** Failures about who may do what: a part of the error table, see errors.ts. */
export const PERMISSION_ERRORS = {
  forbidden: row(
    403,
    'user',
    false,
    'This takes {roles}; {who} has {role}.',
    'An administrator of the project can change it: `slipway member set`; docs/reference/permissions.md has all of it.',
  ),
  'member-unknown': row(
    404,
    'user',
    false,
    'Project {project} has no member {user}.',
    '`slipway member list` shows who there is.',
  ),
} as const satisfies Record<string, ErrorRow>;
