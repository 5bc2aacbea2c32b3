/** How long a deployment is expected to take, and how long it took. Seconds. */
import { z } from 'zod';

export const forecastView = z.object({
  /** Copying the database and linking its files; 0 where nothing is copied. */
  copySeconds: z.number(),
  updateSeconds: z.number(),
  /** Measuring the business figures, before and after. */
  figuresSeconds: z.number(),
  bootSeconds: z.number(),
  smokeSeconds: z.number(),
  /** How long nobody can save: from the moment that writing is closed to the switch. */
  readOnlySeconds: z.number(),
  source: z.enum(['rehearsal', 'last deployment', 'guess']),
  /** The rehearsal or deployment that it was measured in; null of a guess. */
  from: z.string().nullable(),
});
