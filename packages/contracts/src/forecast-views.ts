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

export const deploymentPath = z.enum(['blue-green', 'clone-and-switch', 'maintenance']);
export type DeploymentPath = z.infer<typeof deploymentPath>;

/** How a release would go live, and what people notice of it. */
export const plannedDeploymentView = z.object({
  path: deploymentPath,
  /** With the figures that it was chosen by. */
  why: z.string(),
  /** Null: nothing is updated, so nobody waits. */
  forecast: forecastView.nullable(),
  /** How long production only reads, and how long it is away: 0 where it is not. */
  readOnlySeconds: z.number(),
  awaySeconds: z.number(),
  /** Why it would be refused before anything happens. */
  refused: z.string().nullable(),
});
export type PlannedDeploymentView = z.infer<typeof plannedDeploymentView>;

/** What each phase took, in seconds, as the journal has it. Null: it did not come to that. */
export const measuredPhases = z.object({
  heldSeconds: z.number().nullable(),
  readOnlySeconds: z.number().nullable(),
  /** Behind a maintenance page. */
  awaySeconds: z.number().nullable(),
  backupSeconds: z.number().nullable(),
  copySeconds: z.number().nullable(),
  updateSeconds: z.number().nullable(),
  figuresSeconds: z.number().nullable(),
  bootSeconds: z.number().nullable(),
  smokeSeconds: z.number().nullable(),
  switchSeconds: z.number().nullable(),
  totalSeconds: z.number().nullable(),
});
export type MeasuredPhases = z.infer<typeof measuredPhases>;

export const deploymentTimesView = z.object({
  path: deploymentPath,
  why: z.string(),
  forecast: forecastView.nullable(),
  measured: measuredPhases,
  /** What the edge counted while production only read. */
  requests: z.array(
    z.object({
      since: z.string(),
      until: z.string(),
      reads: z.int(),
      refused: z.int(),
      firstRefusedAt: z.string().nullable(),
      lastRefusedAt: z.string().nullable(),
    }),
  ),
});
export type DeploymentTimesView = z.infer<typeof deploymentTimesView>;
