import { SERIES } from '@slipway/contracts/project-config';
import { STAGES, VARIABLE_SOURCES } from '@slipway/contracts/variables-config';
import { z } from 'zod';

const procedure = z.array(
  z.object({
    does: z.string(),
    /** A command line; null for what a person does. */
    command: z.string().nullable(),
  }),
);

/** What docs/contracts/<stage>.json holds; the Markdown beside it says the same. */
export const stageContract = z.object({
  format: z.literal(1),
  made_by: z.literal('slipway contract'),
  project: z.string(),
  stage: z.enum(STAGES),
  purpose: z.string(),
  odoo: z.object({
    series: z.enum(SERIES),
    image: z.string().nullable(),
    addons: z.array(z.string()),
    requirements: z.array(z.string()),
    packages: z.array(z.string()),
  }),
  branch: z.string().nullable(),
  /** How it is reached, and how one logs in. */
  address: z.string(),
  login: z.string(),
  data: z.string(),
  limits: z.record(z.string(), z.string()),
  /** Arguments of Odoo that this stage adds. */
  flags: z.array(z.string()),
  variables: z.array(
    z.object({
      name: z.string(),
      required: z.boolean(),
      default: z.string().nullable(),
      secret: z.boolean(),
      source: z.enum(VARIABLE_SOURCES),
    }),
  ),
  /** What makes it harmless; none in development and production. */
  neutralisation: z.array(z.string()),
  egress: z.array(z.string()).nullable(),
  /** Seconds from saving a file until the running Odoo shows it, at most. */
  hot_reload: z.object({ python: z.number(), assets: z.number() }).nullable(),
  procedures: z.array(z.object({ name: z.string(), steps: procedure })),
  next: z.enum(STAGES).nullable(),
});

export type StageContract = z.infer<typeof stageContract>;
export type Procedure = StageContract['procedures'][number];
