/**
 * slipway.yaml, the one file that describes a project (requirement A1). Strict: an unknown key is an error.
 * The JSON Schema (`slipway.schema.json`) and docs/reference/config.md are generated from here.
 */
import { z } from 'zod';

export const SERIES = ['14.0', '15.0', '16.0', '17.0', '18.0', '19.0'] as const;

const relativePath = z
  .string()
  .min(1)
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\0]*$/, 'a path inside the repository: relative, without ".."')
  .describe('A path relative to the repository root.');

const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'a whole number with s, m, h or d: 90s, 15m, 2h, 3d')
  .describe('A duration such as 90s, 15m, 2h or 3d.');

const size = z
  .string()
  .regex(/^\d+(Mi|Gi)$/, 'a whole number with Mi or Gi: 512Mi, 1Gi')
  .describe('A memory size such as 512Mi or 1Gi.');

const moduleName = z.string().regex(/^[a-z_][a-z0-9_]*$/, 'a module name: lower case letters, digits and _');

export const odooSection = z.strictObject({
  series: z.enum(SERIES).describe('The Odoo series.'),
  image: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Base image with Odoo in it: any registry image, or one made by `slipway image build`. Default: odoo:<series>, or the locally built one if there is no such image.',
    ),
  addons: z
    .array(relativePath)
    .min(1)
    .default(['.'])
    .describe('Folders that hold modules, in the order of the addons path. Submodules count.'),
  requirements: z
    .array(relativePath)
    .default([])
    .describe(
      'Python requirement files. Default: requirements.txt at the root and in each addons folder, where present.',
    ),
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/))
    .default([])
    .describe('Debian packages to install in the image.'),
});

export const previewSection = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether pull requests get a preview.'),
  branches: z
    .array(z.string().min(1))
    .default(['*'])
    .describe('Target branches whose pull requests get a preview; * matches any run of characters.'),
  labels: z.array(z.string().min(1)).default([]).describe('If not empty: only pull requests with one of these labels.'),
  drafts: z.boolean().default(false).describe('Whether draft pull requests get a preview.'),
  install: z
    .array(moduleName)
    .default([])
    .describe('Modules to install. Default: every installable module of the repository.'),
  demo: z.boolean().default(true).describe('Whether the database has demonstration data.'),
  tests: z.boolean().default(true).describe('Whether the tests of changed modules run before the preview goes live.'),
  test_tags: z.string().optional().describe('Odoo --test-tags. Default: the changed modules.'),
  max: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('How many previews may be live at once; the rest wait in a visible queue.'),
  sleep_after: duration
    .default('2h')
    .describe('A preview nobody uses sleeps after this and wakes on the first request.'),
  delete_after: duration.default('7d').describe('A preview nobody uses is removed after this.'),
  memory: size.default('1Gi').describe('Memory limit of the container.'),
  cpus: z.number().min(0.1).max(64).default(1).describe('CPU limit of the container.'),
  workers: z.int().min(0).max(16).default(0).describe('Odoo workers; 0 = one threaded process.'),
  boot_timeout: duration.default('180s').describe('How long Odoo may take to be ready.'),
  update_timeout: duration.default('60m').describe('How long installing, updating and testing may take.'),
  approve: z
    .enum(['write-access', 'everyone'])
    .default('write-access')
    .describe("Whose pull requests are built without a maintainer's approval."),
  environment: z
    .record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/), z.string())
    .default({})
    .describe('Environment variables of the container. No secrets here.'),
  secrets: z
    .array(z.string().regex(/^[A-Z_][A-Z0-9_]*$/))
    .default([])
    .describe('Names of secrets (set with `slipway secret set`) handed to the container as variables.'),
});

export const sourceSection = z.strictObject({
  github: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'owner/name')
    .optional()
    .describe('The GitHub repository, owner/name.'),
  git: z
    .string()
    .min(1)
    .optional()
    .describe('Address of any git remote, or a path. Default: the folder that slipway.yaml is in.'),
  poll: duration.optional().describe('How often a plain git remote is asked for new commits. Default: only when told.'),
});

export const projectConfig = z
  .strictObject({
    $schema: z.string().optional().describe('For editors.'),
    version: z.literal(1).describe("Version of this file's format."),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/, 'lower case letters, digits and -, 2 to 32 characters')
      .describe("The project's name."),
    source: sourceSection.prefault({}).describe('Where the code comes from.'),
    odoo: odooSection.describe('Which Odoo, and which modules.'),
    stages: z
      .strictObject({ preview: previewSection.prefault({}).describe('Previews: one environment per pull request.') })
      .prefault({})
      .describe('Settings by stage.'),
  })
  .describe('slipway.yaml');

export type ProjectConfig = z.infer<typeof projectConfig>;
export type PreviewSettings = ProjectConfig['stages']['preview'];

/** Seconds of a duration such as `90s`, `15m`, `2h`, `3d`. */
export const seconds = (text: string): number => {
  const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
  return Number.parseInt(text, 10) * (units[text.slice(-1)] ?? Number.NaN);
};

/** Bytes of a size such as `512Mi`, `1Gi`. */
export const bytes = (text: string): number => Number.parseInt(text, 10) * (text.endsWith('Gi') ? 2 ** 30 : 2 ** 20);
