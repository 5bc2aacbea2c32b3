/** THE table of exit codes. Scripts depend on it: a number never changes its meaning. */
import { ERRORS, type ErrorCode } from '@slipway/contracts/errors';

export const EXIT_CODES = {
  ok: { code: 0, says: 'It worked.' },
  failed: { code: 1, says: 'The thing itself failed: a preview, a build, a check, Docker, PostgreSQL, the disk.' },
  usage: { code: 2, says: 'The command line is not one that Slipway takes.' },
  'not-found': {
    code: 3,
    says: 'There is no such project, preview, run, build, environment, snapshot, promotion, token or secret.',
  },
  'config-invalid': { code: 4, says: 'slipway.yaml or a module manifest is not valid, or missing.' },
  unreachable: { code: 5, says: 'No Slipway server answers.' },
  refused: {
    code: 6,
    says: 'The server, or a safeguard, said no: a token, an approval, a gate, something that exists already.',
  },
  timeout: { code: 7, says: 'It took longer than allowed.' },
  stale: { code: 8, says: 'A generated file is not what slipway.yaml makes of it.' },
  internal: { code: 70, says: 'A defect of Slipway.' },
  interrupted: { code: 130, says: 'Ctrl-C.' },
} as const;

export type ExitName = keyof typeof EXIT_CODES;

/** Where the HTTP status alone would mislead. */
const BY_CODE: Partial<Record<ErrorCode, ExitName>> = {
  'config-missing': 'config-invalid',
  'config-invalid': 'config-invalid',
  'manifest-invalid': 'config-invalid',
  'module-missing': 'config-invalid',
  'module-cycle': 'config-invalid',
  'server-unreachable': 'unreachable',
  'kind-unknown': 'usage',
  'evidence-altered': 'failed',
  'run-cancelled': 'failed',
  'snapshot-corrupt': 'failed',
  'not-neutralised': 'failed',
  'probe-left': 'failed',
  'invariants-broken': 'failed',
  'invariant-failed': 'failed',
  'answer-not-understood': 'internal',
  'server-start-failed': 'failed',
  'odoo-not-ready': 'timeout',
};

const BY_STATUS: Readonly<Record<number, ExitName>> = {
  400: 'usage',
  401: 'refused',
  403: 'refused',
  404: 'not-found',
  409: 'refused',
  413: 'refused',
  429: 'refused',
  504: 'timeout',
};

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

/** The exit for an error code; `status` decides for a code that a newer server knows and we do not. */
export const exitOfError = (code: string, status = 500): ExitName => {
  if (!isKnown(code)) return BY_STATUS[status] ?? 'failed';
  const row = ERRORS[code];
  return BY_CODE[code] ?? BY_STATUS[row.status] ?? (row.fault === 'bug' ? 'internal' : 'failed');
};
