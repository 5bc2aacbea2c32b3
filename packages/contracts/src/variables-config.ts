/** The section `variables` of slipway.yaml: every environment variable of every stage, said once (A4). */
import { z } from 'zod';
import { secretName } from './config-values.ts';

export const STAGES = ['development', 'preview', 'staging', 'production'] as const;
export type StageName = (typeof STAGES)[number];

/** Where a variable's value comes from. */
export const VARIABLE_SOURCES = ['file', 'secret-store', 'ci', 'runtime'] as const;

/** Groups of variables whose names and defaults are known; what each holds is in variable-presets.ts. */
export const VARIABLE_PRESETS = ['odoo-limits', 'pooler', 'ai-ollama', 'ai-api'] as const;

const oneLine = z.string().regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'text on one line');

export const variable = z.strictObject({
  says: oneLine.default('').describe('What it is for.'),
  required: z.boolean().default(false).describe('Whether a stage does not work without it.'),
  default: oneLine.optional().describe('Its value where none is given. None for a secret.'),
  secret: z.boolean().default(false).describe('Whether nobody may read its value.'),
  source: z
    .enum(VARIABLE_SOURCES)
    .optional()
    .describe(
      'Who gives the value: a file (`.env`, slipway.yaml), the secret store, CI, or the platform at run time. Default: secret-store for a secret, else file.',
    ),
  stages: z
    .array(z.enum(STAGES))
    .min(1)
    .default([...STAGES])
    .describe('The stages that know it. Default: all.'),
});

export const variablesSection = z.strictObject({
  presets: z
    .array(z.enum(VARIABLE_PRESETS))
    .default([])
    .describe(
      "Known groups: Odoo's limits, a connection pooler, an AI provider that is an Ollama of your own or somebody's API.",
    ),
  names: z
    .record(secretName, variable)
    .default({})
    .describe('Variables by name; one that is named here wins over that of a preset.'),
});

export type Variable = z.infer<typeof variable>;
export type VariablePreset = (typeof VARIABLE_PRESETS)[number];
