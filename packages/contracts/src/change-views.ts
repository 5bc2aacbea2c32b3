/** What changed, as live events tell it: enough to know what to ask for anew. */
import { z } from 'zod';

export const CHANGE_KINDS = [
  ...['project', 'environment', 'run', 'step', 'build', 'deployment', 'promotion', 'approval'],
  ...['watch', 'snapshot', 'rehearsal', 'mail', 'attention', 'notice'],
] as const;

/** `id` is of what changed: of a step its run, of an approval its promotion, of a watch its deployment. */
export const changeView = z.object({
  kind: z.string(),
  /** Null: of no project. */
  project: z.string().nullable(),
  environment: z.string().nullable(),
  id: z.string(),
  at: z.string(),
});
export type ChangeView = z.infer<typeof changeView>;

/** What a reader of the live events gets: a change, or that some are gone, so that everything is to be asked for anew. */
export const liveEvent = z.object({
  event: z.enum(['change', 'reset']),
  /** What to go on after. */
  after: z.string(),
  change: changeView.nullable(),
});
export type LiveEvent = z.infer<typeof liveEvent>;
