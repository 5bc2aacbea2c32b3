/** What the guards found in a commit that was deployed, in short: kept with its run, shown with its preview, asked by the promotion. */
import { z } from 'zod';

export const guardSummary = z.object({
  /** Why nothing is known; the counts say nothing then. Null: the guards went through. */
  unfinished: z.string().nullable(),
  errors: z.int(),
  warnings: z.int(),
  notes: z.int(),
  guards: z.array(z.object({ id: z.string(), errors: z.int(), warnings: z.int() })),
  /** Errors before warnings; a handful. */
  first: z.array(
    z.object({
      severity: z.enum(['error', 'warning', 'note']),
      rule: z.string(),
      file: z.string(),
      line: z.int(),
      message: z.string(),
    }),
  ),
});
export type GuardSummary = z.infer<typeof guardSummary>;

const counted = (count: number, word: string): string[] =>
  count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];

/** `2 errors, 1 warning`. Notes count where there is nothing worse. */
export const guardCounts = ({ unfinished, errors, warnings, notes }: GuardSummary): string => {
  if (unfinished !== null) return `not checked: ${unfinished}`;
  const worse = [...counted(errors, 'error'), ...counted(warnings, 'warning')];
  return (worse.length > 0 ? worse : counted(notes, 'note')).join(', ') || 'nothing found';
};
