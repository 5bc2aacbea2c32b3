/** Kinds of values that several sections of slipway.yaml take. */
import { Cron } from 'croner';
import { z } from 'zod';

export const relativePath = z
  .string()
  .min(1)
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\0]*$/, 'a path inside the repository: relative, without ".."')
  .describe('A path relative to the repository root.');

export const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'a whole number with s, m, h or d: 90s, 15m, 2h, 3d')
  .describe('A duration such as 90s, 15m, 2h or 3d.');

export const size = z
  .string()
  .regex(/^\d+(Mi|Gi)$/, 'a whole number with Mi or Gi: 512Mi, 1Gi')
  .describe('A memory size such as 512Mi or 1Gi.');

export const moduleName = z.string().regex(/^[a-z_][a-z0-9_]*$/, 'a module name: lower case letters, digits and _');
export const modelName = z.string().regex(/^[a-z_][a-z0-9_.]*$/, 'a model name, such as product.template');
export const tableName = z.string().regex(/^[a-z_][a-z0-9_]*$/, 'a table name, such as res_partner');
export const columnName = z.string().regex(/^[a-z_][a-z0-9_]*\.[a-zA-Z_][a-zA-Z0-9_]*$/, 'table.column');
export const secretName = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'upper case letters, digits and _');
export const branchName = z.string().min(1).max(255);

const isCron = (text: string): boolean => {
  try {
    return new Cron(text, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
};

/** Five fields, in UTC, or `never`. */
export const schedule = z
  .string()
  .refine((text) => text === 'never' || (text.trim().split(/\s+/).length === 5 && isCron(text)), {
    message: 'five fields of a cron expression (minute hour day month weekday), or never',
  })
  .describe('When, as a cron expression in UTC such as "0 3 * * 0", or never.');
