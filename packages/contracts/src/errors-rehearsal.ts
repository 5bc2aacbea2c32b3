import { type ErrorRow, row } from './error-row.ts';

/** Failures about rehearsals: a part of the error table, see errors.ts. */
export const REHEARSAL_ERRORS = {
  'rehearsal-unknown': row(
    404,
    'user',
    false,
    'There is no ended rehearsal {rehearsal} in project {project}.',
    'Ask `slipway rehearsal list`; one that is under way shows with `slipway run show`.',
  ),
} as const satisfies Record<string, ErrorRow>;
