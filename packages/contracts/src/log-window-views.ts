/** A part of the log of a run, for those who look at a hundred thousand lines through a window. */
import { z } from 'zod';

/** From the worst. */
export const LOG_LEVELS = ['critical', 'error', 'warning', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_WINDOW_MOST = 1000;

export const logWindowQuery = z.object({
  from: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional()
    .describe('How many lines are passed over. Default: 0.'),
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional()
    .describe(`At most so many lines; default 200, most ${LOG_WINDOW_MOST}.`),
  search: z.string().min(1).max(200).optional().describe('Only lines with this text, in whatever case.'),
  level: z
    .enum(LOG_LEVELS)
    .optional()
    .describe("Only lines of Odoo's log at this level or worse, with what belongs to them, such as a traceback."),
});

export const logWindowView = z.object({
  /** How many lines there are; with `search` or `level`, how many fit. */
  total: z.int(),
  lines: z.array(
    z.object({
      /** Which line of the whole log it is, counted from 1. */
      number: z.int(),
      /** Which of the lines that `level` lets through it is, counted from 1; without `level` its number. */
      place: z.int(),
      sequence: z.int(),
      at: z.string(),
      stream: z.enum(['build', 'odoo', 'step']),
      text: z.string(),
    }),
  ),
});
export type LogWindowView = z.infer<typeof logWindowView>;
