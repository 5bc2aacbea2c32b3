/** A report in short: what is kept with a deployment and shown beside it. */
import type { GuardSummary } from '@slipway/contracts/guards-views';
import { worstFirst } from './bounded.ts';
import type { Report } from './report.ts';

const MOST_FIRST = 5;
/** Of one message, and of the name of one file. */
const MOST_CHARACTERS = 300;

const clip = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;

export const summaryOf = ({ guards, findings }: Report): GuardSummary => {
  const sum = (severity: 'errors' | 'warnings' | 'notes'): number =>
    guards.reduce((total, guard) => total + guard[severity], 0);
  return {
    unfinished: null,
    errors: sum('errors'),
    warnings: sum('warnings'),
    notes: sum('notes'),
    guards: guards.map(({ id, errors, warnings }) => ({ id, errors, warnings })),
    first: worstFirst(findings)
      .slice(0, MOST_FIRST)
      .map(({ severity, rule, file, line, message }) => ({
        severity,
        rule,
        file: clip(file),
        line,
        message: clip(message),
      })),
  };
};
