/** What an environment is like now: what is in it, what it takes, what is asked of it. Sizes are bytes, times ISO 8601 in UTC. */
import { z } from 'zod';
import { previewState } from './views.ts';

/** What is known, or in words why it is not. */
const orWhy = <T extends z.ZodType>(known: T) => z.object({ known: known.nullable(), why: z.string().nullable() });
export interface OrWhy<T> {
  readonly known: T | null;
  readonly why: string | null;
}

export const installedModule = z.object({
  name: z.string(),
  title: z.string(),
  /** As the database has it; null: Odoo has written none down. */
  version: z.string().nullable(),
  /** Whether it comes from the project's repository. */
  own: z.boolean(),
});
export type InstalledModule = z.infer<typeof installedModule>;

export const containerNow = z.object({
  /** `cron` runs scheduled actions; the others serve, one of them at a time. */
  slot: z.enum(['blue', 'green', 'cron']),
  serves: z.boolean(),
  running: z.boolean(),
  startedAt: z.string().nullable(),
  memoryBytes: z.int().nullable(),
  memoryLimitBytes: z.int().nullable(),
  /** 100 is one whole core. */
  cpuPercent: z.number().nullable(),
});
export type ContainerNow = z.infer<typeof containerNow>;

export const environmentDetails = z.object({
  environment: z.string(),
  at: z.string(),
  state: previewState,
  asleep: z.boolean(),
  /** Of Odoo, such as 19.0. */
  series: z.string(),
  image: z.string().nullable(),
  database: orWhy(z.object({ name: z.string(), bytes: z.int() })),
  /** Attachments, as the database lists them; equal ones are one file. */
  files: orWhy(z.object({ count: z.int(), bytes: z.int() })),
  modules: orWhy(z.array(installedModule)),
  containers: orWhy(z.array(containerNow)),
});
export type EnvironmentDetails = z.infer<typeof environmentDetails>;

const traffic = {
  requests: z.int(),
  serverErrors: z.int(),
  /** Milliseconds within which 95 of 100 were answered; null: nothing was asked. */
  p95: z.number().nullable(),
};

export const environmentTraffic = z.object({
  environment: z.string(),
  from: z.string(),
  until: z.string(),
  stepSeconds: z.int(),
  /** In the order of time; also those in which nothing was asked. */
  steps: z.array(z.object({ at: z.string(), ...traffic })),
  total: z.object(traffic),
});
export type EnvironmentTraffic = z.infer<typeof environmentTraffic>;

export const variableNow = z.object({
  name: z.string(),
  says: z.string(),
  /** As slipway.yaml gives it to the stage; null: it gives none, or nobody may read it. */
  value: z.string().nullable(),
  /** What is said to hold where none is given. */
  default: z.string().nullable(),
  secret: z.boolean(),
  required: z.boolean(),
  /** Whether there is a value: in slipway.yaml, or of a secret in the store; what others give is not known here. */
  given: z.boolean(),
  /** Whether the containers get it from Slipway. Others come from CI or the platform, or are for Slipway itself. */
  handed: z.boolean(),
  source: z.enum(['file', 'secret-store', 'ci', 'runtime']),
});
export type VariableNow = z.infer<typeof variableNow>;

export const environmentVariables = z.object({
  environment: z.string(),
  stage: z.string(),
  /** The commit whose slipway.yaml says so; null: that of the project, as it was added last. */
  sha: z.string().nullable(),
  variables: z.array(variableNow),
});
export type EnvironmentVariables = z.infer<typeof environmentVariables>;
