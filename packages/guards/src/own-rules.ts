import { finder } from './find.ts';
import type { Rule } from './guard.ts';

/** What is found about the guards' own settings. */
export const OWN_RULES = [
  {
    id: 'config/invalid',
    severity: 'error',
    why: 'Without a valid slipway.yaml nothing can be deployed, and guards that compare with it have nothing to compare with.',
  },
  {
    id: 'suppressions/expired',
    severity: 'error',
    why: 'A suppression is a debt with a date; after it the finding counts again.',
  },
  {
    id: 'suppressions/unused',
    severity: 'warning',
    why: 'A suppression that fits no finding hides the next one that it happens to fit.',
  },
  {
    id: 'suppressions/unknown-rule',
    severity: 'error',
    why: 'A suppression of a rule that does not exist does nothing, and somebody believes that it does.',
  },
] as const satisfies readonly Rule[];

export const findOwn = finder(OWN_RULES);
