/**
 * slipway.yaml, the one file that describes a project (requirement A1). Strict: an unknown key is an error.
 * The JSON Schema (`slipway.schema.json`) and docs/reference/config.md are generated from here.
 */
import { z } from 'zod';
import { budgetSection } from './budget-config.ts';
import { branchName, duration, moduleName, relativePath, schedule } from './config-values.ts';
import { dataSection, sanitiseSection } from './data-config.ts';
import { guardsSection } from './guards-config.ts';
import { invariantsSection } from './invariants-config.ts';
import { notifySection } from './notify-config.ts';
import { productionSection } from './production-config.ts';
import { promotionSection } from './promotion-config.ts';
import { runtime } from './runtime-config.ts';
import { smokeSection } from './smoke-config.ts';
import { variablesSection } from './variables-config.ts';

export const SERIES = ['14.0', '15.0', '16.0', '17.0', '18.0', '19.0'] as const;

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
  approve: z
    .enum(['write-access', 'everyone'])
    .default('write-access')
    .describe("Whose pull requests are built without a maintainer's approval."),
  data: z
    .enum(['template', 'staging'])
    .default('template')
    .describe(
      "What a preview's database starts from: the target branch's modules freshly installed, or the sanitised copy that staging was last refreshed with.",
    ),
  ...runtime,
});

export const stagingSection = z.strictObject({
  branch: branchName
    .default('main')
    .describe('The branch that staging runs: a push to it is deployed, as `slipway staging deploy` does.'),
  tests: z
    .boolean()
    .default(true)
    .describe(
      'Whether the tests of changed modules run when a commit is deployed, on a copy of the data that staging has.',
    ),
  test_tags: z.string().optional().describe('Odoo --test-tags. Default: the changed modules.'),
  refresh: schedule.default('0 4 * * 0').describe("When staging's data is replaced by a fresh sanitised snapshot."),
  ...runtime,
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
      .strictObject({
        preview: previewSection.prefault({}).describe('Previews: one environment per pull request.'),
        staging: stagingSection
          .optional()
          .describe("Staging: the next release on a sanitised copy of production's data."),
        production: productionSection
          .optional()
          .describe('Production: run by Slipway, or elsewhere; its data is what snapshots and backups are made of.'),
      })
      .prefault({})
      .describe('Settings by stage.'),
    data: dataSection.prefault({}).describe('Snapshots and backups of production.'),
    budget: budgetSection.prefault({}).describe('What may be spent a month, and what runs where.'),
    guards: guardsSection.prefault({}).describe('What `slipway guard` looks for.'),
    promotion: promotionSection.prefault({}).describe('What must hold before a release goes to production.'),
    notify: notifySection.prefault({}).describe('Who is told of deployments, late backups and the like.'),
    sanitise: sanitiseSection.prefault({}).describe("The project's own masking rules."),
    invariants: invariantsSection,
    smoke: smokeSection.prefault({}).describe('What must be true of an Odoo that answers.'),
    variables: variablesSection.prefault({}).describe('The inventory of environment variables, for all stages.'),
  })
  .describe('slipway.yaml');

export type ProjectConfig = z.infer<typeof projectConfig>;
export type PreviewSettings = ProjectConfig['stages']['preview'];
export type StagingSettings = NonNullable<ProjectConfig['stages']['staging']>;

/** Seconds of a duration such as `90s`, `15m`, `2h`, `3d`. */
export const seconds = (text: string): number => {
  const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
  return Number.parseInt(text, 10) * (units[text.slice(-1)] ?? Number.NaN);
};

/** Bytes of a size such as `512Mi`, `1Gi`. */
export const bytes = (text: string): number => Number.parseInt(text, 10) * (text.endsWith('Gi') ? 2 ** 30 : 2 ** 20);
