import type { ProjectConfig } from '@slipway/contracts/project-config';
import type { StageName } from '@slipway/contracts/variables-config';
import type { Procedure } from './stage-contract.ts';

const step = (does: string, command: string | null = null) => ({ does, command });

const developmentProcedures = ({ name, odoo, stages }: ProjectConfig): readonly Procedure[] => {
  const modules = stages.preview.install.length === 0 ? 'MODULE' : stages.preview.install.join(',');
  const database = `${name.replaceAll('-', '_')}_dev`;
  const path = odoo.addons.map((folder) =>
    /[\s'"\\$`]/.test(folder) ? `'${folder.replaceAll("'", "'\\''")}'` : folder,
  );
  return [
    {
      name: 'Start',
      steps: [
        step(
          'Start Odoo so that it takes changes up by itself.',
          `odoo --dev=all --addons-path=${path.join(',')} -d ${database} -i ${modules}`,
        ),
        step(
          'After a change of a model, a field or a data file: update the module.',
          `odoo --addons-path=${path.join(',')} -d ${database} -u MODULE --stop-after-init`,
        ),
      ],
    },
    {
      name: 'Before a push',
      steps: [
        step('Check slipway.yaml.', 'slipway config check'),
        step('See what is wrong with the repository.', 'slipway guard'),
        step('Check that no copy could do harm.', 'slipway neutralise check --config'),
        step('Check that these documents are those of slipway.yaml.', 'slipway contract --check'),
      ],
    },
  ];
};

const previewProcedures = (): readonly Procedure[] => [
  {
    name: 'Open, and deploy a newer commit',
    steps: [
      step(
        'Without a host that tells about pull requests: say which commit.',
        'slipway preview open --ref BRANCH --pr 12 --wait',
      ),
      step('Address, login, and what was done with each module.', 'slipway preview show 12'),
      step("Follow Odoo's log.", 'slipway preview logs 12 --follow'),
    ],
  },
  {
    name: 'Roll back',
    steps: [
      step('A failed update leaves the former version up: nothing is to be done.'),
      step('Back to a former commit.', 'slipway preview open --ref COMMIT --pr 12 --wait'),
      step('Throw its database away and begin anew.', 'slipway preview rebuild 12 --fresh --yes'),
    ],
  },
  { name: 'Close', steps: [step('Everything that it owns goes.', 'slipway preview close 12 --yes')] },
];

const stagingProcedures = ({ name }: ProjectConfig): readonly Procedure[] => [
  {
    name: 'Deploy',
    steps: [
      step('Bring the newest commit of its branch, on the data that it has.', 'slipway staging deploy --wait'),
      step('See that it runs.', `slipway env show ${name}/staging`),
      step('See that it can do no harm.', `slipway neutralise check ${name}/staging`),
    ],
  },
  {
    name: 'Refresh its data',
    steps: [
      step('Take a sanitised snapshot of production, and replace the data.', 'slipway staging refresh --new --wait'),
    ],
  },
  {
    name: 'Roll back',
    steps: [
      step('A deploy or refresh that fails leaves the former version up: nothing is to be done.'),
      step('Revert the commit on its branch, and push.', 'git revert COMMIT'),
      step('Deploy it.', 'slipway staging deploy --wait'),
      step('Data that a deploy spoilt: begin from the newest snapshot.', 'slipway staging refresh --wait'),
    ],
  },
];

const productionProcedures = (config: ProjectConfig): readonly Procedure[] =>
  config.stages.production?.target === 'docker' ? ownProductionProcedures(config) : otherProductionProcedures(config);

const PROVED: Procedure = {
  name: 'Prove that it can be done',
  steps: [step('Restore the newest backup somewhere else, start Odoo, log in.', 'slipway backup drill --wait')],
};

const ownProductionProcedures = ({ stages: { staging } }: ProjectConfig): readonly Procedure[] => [
  {
    name: 'Deploy',
    steps: [
      ...(staging === undefined
        ? []
        : [step('Bring the release to staging, and try it there.', 'slipway staging deploy --wait')]),
      step('Rehearse the update on a copy of production.', 'slipway rehearse'),
      step('See what would go live, by which way, and what its gates say.', 'slipway promote --dry-run'),
      step('Ask for it, and wait until it serves.', 'slipway promote --wait'),
      step('Somebody else approves the commit that it shows.', 'slipway promotion approve PROMOTION'),
      step('See what serves, and what the watch after it says.', 'slipway production show'),
    ],
  },
  {
    name: 'Roll back',
    steps: [
      step('See to what, and which records would be lost.', 'slipway rollback --dry-run'),
      step('Go back.', 'slipway rollback --wait'),
      step('Where data is lost: list the backups.', 'slipway backup list'),
      step('Look at one, to fetch what is needed.', 'slipway backup restore BACKUP --to staging --yes --wait'),
    ],
  },
  PROVED,
];

/** Of an Odoo that runs elsewhere: Slipway reads its data. */
const otherProductionProcedures = ({ stages, data }: ProjectConfig): readonly Procedure[] => {
  const moment = data.backups.point_in_time.enabled
    ? [
        step(
          'Or as it was at a moment, to look at.',
          'slipway backup restore --at 2026-11-21T10:15:00Z --to staging --yes --wait',
        ),
      ]
    : [];
  const rehearse =
    stages.staging === undefined
      ? []
      : [
          step("Rehearse on a fresh copy of production's data.", 'slipway staging refresh --new --wait'),
          step('Bring the release to staging, and try it there.', 'slipway staging deploy --wait'),
        ];
  return [
    {
      name: 'Deploy',
      steps: [
        ...rehearse,
        step('Back production up.', 'slipway backup create --wait'),
        step(
          'Deploy by the means that production has: Slipway backs it up and copies it, and deploys only what has `target: docker`.',
        ),
        step('Log in, and look at the log for errors.'),
      ],
    },
    {
      name: 'Roll back',
      steps: [
        step('Bring the former commit back, by the same means.'),
        step('Where data was changed: list the backups.', 'slipway backup list'),
        step('Look at one before it is needed.', 'slipway backup restore BACKUP --to staging --yes --wait'),
        ...moment,
        step(
          'Into production: only where its database and folder are empty, so move the spoilt ones aside first.',
          'slipway backup restore BACKUP --to production --confirm production --wait',
        ),
      ],
    },
    PROVED,
  ];
};

export const proceduresOf = (config: ProjectConfig, stage: StageName): readonly Procedure[] =>
  ({
    development: developmentProcedures,
    preview: previewProcedures,
    staging: stagingProcedures,
    production: productionProcedures,
  })[stage](config);
