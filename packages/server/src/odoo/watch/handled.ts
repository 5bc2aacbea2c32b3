import type { Fingerprint } from './fingerprints.ts';

/** Two wrote at once, and Odoo asks again; or somebody left a field empty or used a name twice, and is told so. */
const HANDLED =
  /^bad query: (could not serialize access|could not obtain lock|deadlock detected|.*\bviolates (check|exclusion|foreign key|not-null|unique) constraint)/;

/**
 * Odoo's cursor writes each statement that fails as an error, also where it is dealt with by the next line. What is not dealt with stands in
 * the log once more, by whoever gave up.
 */
export const isHandled = ({ logger, text }: Pick<Fingerprint, 'logger' | 'text'>): boolean =>
  logger === 'odoo.sql_db' && HANDLED.test(text);
