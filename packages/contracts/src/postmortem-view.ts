import { z } from 'zod';

/** An account of a run that failed, for people to finish. */
export const postmortemView = z.object({
  run: z.string(),
  /** What to call the file. */
  name: z.string().regex(/^\d{8}-[a-z0-9-]{1,150}\.md$/),
  /** Where it is kept with the evidence of the run; null: it was made when it was asked for. */
  evidence: z.string().nullable(),
  markdown: z.string(),
});
export type PostmortemView = z.infer<typeof postmortemView>;
