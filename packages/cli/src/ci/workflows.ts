import type { ProjectConfig } from '@slipway/contracts/project-config';
import { slipwayAction } from './action.ts';
import { callText, jobRegion } from './job.ts';
import { previewClose, previewOpen, UNLESS_WEBHOOKS } from './preview-workflows.ts';
import { PROMOTION, promotes, promotion } from './promotion-workflow.ts';
import { expression, literal, quoted } from './text.ts';
import { type GeneratedFile, WORKFLOWS, workflow } from './workflow.ts';

export interface Surroundings {
  /** Whether the CLI has a verb: only what is there is called. */
  readonly hasVerb: (path: string) => boolean;
  /** Whether the repository has submodules, whose modules the guards look at. */
  readonly submodules: boolean;
}

const VALIDATE = 'slipway-validate.yml';

const validate = ({ stages: { staging, production } }: ProjectConfig, around: Surroundings): GeneratedFile => {
  // A push to staging's branch is validated by the workflow that deploys it.
  const push = production !== undefined && production.branch !== staging?.branch ? production.branch : null;
  return workflow(
    {
      file: VALIDATE,
      name: 'Slipway validate',
      says: ['What can be known before anything is deployed; talks to no server.'],
      on: [
        'pull_request:',
        ...(push === null ? [] : ['push:', `  branches: [${quoted(literal(push))}]`]),
        'workflow_call:',
        'workflow_dispatch:',
      ],
      group: `slipway-validate-${expression('github.event_name')}-${expression('github.ref')}`,
      cancel: true,
    },
    [
      jobRegion({
        id: 'validate',
        name: 'Validate',
        minutes: 10,
        server: false,
        submodules: around.submodules,
        steps: [
          { name: 'slipway.yaml is valid', run: ['slipway config check'] },
          { name: 'No copy could do harm', run: ['slipway neutralise check --config'] },
          ...(around.hasVerb('guard') ? [{ name: 'Guards', run: ['slipway guard --format github'] }] : []),
          { name: 'The contracts are those of slipway.yaml', run: ['slipway contract --check'] },
        ],
      }),
    ],
  );
};

/** What a deploy depends on; null when modules lie at the root, so that everything may matter. */
const deployedPaths = ({ odoo }: ProjectConfig): readonly string[] | null =>
  odoo.addons.some((folder) => folder === '.' || folder === './')
    ? null
    : [
        ...odoo.addons.map((folder) => `${literal(folder.replace(/^\.\//, '').replace(/\/$/, ''))}/**`),
        ...odoo.requirements.map(literal),
        'requirements.txt',
        'slipway.yaml',
        '.gitmodules',
      ];

const staging = (config: ProjectConfig, branch: string): GeneratedFile => {
  const paths = deployedPaths(config);
  const environment = `${config.name}/staging`;
  return workflow(
    {
      file: 'slipway-staging.yml',
      name: 'Slipway staging',
      says: ['Validates, deploys to staging, and verifies what runs there.', UNLESS_WEBHOOKS],
      on: [
        'push:',
        `  branches: [${quoted(literal(branch))}]`,
        ...(paths === null ? [] : [`  paths: [${paths.map(quoted).join(', ')}]`]),
        'workflow_dispatch:',
      ],
      group: 'slipway-staging',
      cancel: false,
    },
    [
      { name: 'job validate', text: callText('validate', 'Validate', `${WORKFLOWS}/${VALIDATE}`) },
      jobRegion({
        id: 'deploy',
        name: 'Deploy',
        minutes: 180,
        needs: 'validate',
        environment: 'staging',
        server: true,
        steps: [{ name: 'Deploy', run: ['slipway staging deploy --wait'] }],
      }),
      jobRegion({
        id: 'verify',
        name: 'Verify',
        minutes: 30,
        needs: 'deploy',
        server: true,
        steps: [
          { name: 'It is there', run: [`slipway env show ${environment} --json | jq -e '.state == "live"'`] },
          { name: 'It can do no harm', run: [`slipway neutralise check ${environment}`] },
          { name: 'The evidence holds', run: ['slipway evidence verify'] },
        ],
      }),
    ],
  );
};

const stagingData = (): GeneratedFile =>
  workflow(
    {
      file: 'slipway-database-staging.yml',
      name: 'Slipway database staging',
      says: ["Replaces staging's data by a fresh sanitised snapshot of production."],
      on: ['workflow_dispatch:'],
      group: 'slipway-staging',
      cancel: false,
    },
    [
      jobRegion({
        id: 'refresh',
        name: 'Refresh',
        minutes: 360,
        environment: 'staging',
        server: true,
        steps: [{ name: 'Refresh', run: ['slipway staging refresh --new --wait'] }],
      }),
    ],
  );

const productionData = (): GeneratedFile =>
  workflow(
    {
      file: 'slipway-database-production.yml',
      name: 'Slipway database production',
      says: [
        'Backs production up, and proves the backup. Give the environment "production" of this repository required reviewers:',
        'GitHub holds the job until one of them approves.',
      ],
      on: ['workflow_dispatch:'],
      group: 'slipway-production',
      cancel: false,
    },
    [
      jobRegion({
        id: 'backup',
        name: 'Back up',
        minutes: 360,
        environment: 'production',
        server: true,
        steps: [{ name: 'Back up', run: ['slipway backup create --wait'] }],
      }),
      jobRegion({
        id: 'drill',
        name: 'Prove it',
        minutes: 360,
        needs: 'backup',
        server: true,
        steps: [{ name: 'Restore it elsewhere, start Odoo, log in', run: ['slipway backup drill --wait'] }],
      }),
    ],
  );

/** The files that a project needs; nothing but configuration and verbs goes in. */
export const ciFiles = (config: ProjectConfig, around: Surroundings): readonly GeneratedFile[] => {
  const { preview, staging: settings, production } = config.stages;
  return [
    slipwayAction(),
    validate(config, around),
    ...(preview.enabled ? [previewOpen(), previewClose()] : []),
    ...(settings === undefined ? [] : [staging(config, settings.branch), stagingData()]),
    ...(production === undefined ? [] : [productionData()]),
    ...(promotes(config) && around.hasVerb('promote') ? [promotion(config.name)] : []),
  ];
};

/** Every file that some slipway.yaml would make. */
export const POSSIBLE_WORKFLOWS: readonly string[] = [
  'slipway-preview-open.yml',
  'slipway-preview-close.yml',
  'slipway-staging.yml',
  'slipway-database-staging.yml',
  'slipway-database-production.yml',
  PROMOTION,
].map((file) => `${WORKFLOWS}/${file}`);
