import { type ErrorRow, row } from './error-row.ts';

/** Failures about business figures: a part of the error table, see errors.ts. */
export const FIGURES_ERRORS = {
  'invariants-broken': row(
    422,
    'user',
    false,
    '{environment}: business figures are not what they were: {broken}.',
    'Find what in this release changes them (a migration script, a recomputed field), or say why it is meant; all of them are under invariants/ in the evidence of this run.',
  ),
  'invariant-failed': row(
    422,
    'user',
    false,
    'A business figure of {environment} cannot be measured: {invariants}.',
    'Mend its SELECT under `invariants` in slipway.yaml; `slipway invariants measure {environment}` tries all of them.',
  ),
} as const satisfies Record<string, ErrorRow>;
