import { finder } from '../find.ts';
import type { Rule } from '../guard.ts';

export const RULES = [
  {
    id: 'environments/copy-unsafe',
    severity: 'error',
    why: 'What slipway.yaml says of a copy would let something of production out, or let the copy act as production.',
  },
  {
    id: 'environments/stage-wrong',
    severity: 'error',
    why: 'A copy that takes itself for production sends, charges and books as production; the other way round nothing is sent.',
  },
  {
    id: 'environments/stage-missing',
    severity: 'warning',
    why: 'Without a variable that names the stage, no module can tell a copy from production.',
  },
  {
    id: 'environments/mail-not-caught',
    severity: 'error',
    why: 'A copy has the addresses of real customers: what it sends reaches them.',
  },
  {
    id: 'environments/crons-on',
    severity: 'error',
    why: 'Scheduled actions of a copy charge, order and send as those of production do, a second time.',
  },
  {
    id: 'environments/production-value',
    severity: 'error',
    why: 'With an endpoint or a key of production, a copy changes what belongs to production.',
  },
  {
    id: 'environments/smtp-missing',
    severity: 'error',
    why: 'Without an SMTP server Odoo accepts mails and never sends them: invoices and passwords do not arrive.',
  },
  {
    id: 'environments/key-missing',
    severity: 'error',
    why: 'What was tried on staging with a key fails in production without it.',
  },
  {
    id: 'environments/variable-missing',
    severity: 'warning',
    why: 'A variable that no file names is one that the next person does not set; compose makes it empty without a word.',
  },
] as const satisfies readonly Rule[];

export const find = finder(RULES);
