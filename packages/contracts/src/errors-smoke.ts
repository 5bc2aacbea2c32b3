import { type ErrorRow, row } from './error-row.ts';

/** Failures of smoke tests: a part of the error table, see errors.ts. */
export const SMOKE_ERRORS = {
  'smoke-failed': row(
    422,
    'user',
    false,
    'Odoo answers, but fails its smoke test: {failed}',
    'Each check says what to do in smoke/report.json of the evidence of this run; `slipway smoke <url>` runs the same checks from here.',
  ),
  'browser-missing': row(
    424,
    'user',
    false,
    'No browser to test with: {reason}',
    'Install Chromium (Debian, Ubuntu: `apt install chromium`), or name its program in SLIPWAY_CHROMIUM.',
  ),
} as const satisfies Record<string, ErrorRow>;
