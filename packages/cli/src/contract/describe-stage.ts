import { type InventoryRow, variablesOf } from '@slipway/contracts/inventory';
import type { ProjectConfig } from '@slipway/contracts/project-config';
import type { StageName } from '@slipway/contracts/variables-config';
import { proceduresOf } from './procedures.ts';
import type { StageContract } from './stage-contract.ts';

type Told = Pick<StageContract, 'purpose' | 'branch' | 'address' | 'login' | 'data' | 'limits' | 'flags' | 'egress'>;

/** What docs/decisions/0071 of Slipway decides, in the words of those who rely on it. */
const NEUTRALISED: readonly string[] = [
  'Mail goes to a catcher: `slipway mail list` shows it, and nobody else gets it. Mailboxes are not fetched.',
  'Scheduled actions are off.',
  'Payment, delivery and other providers are off; credentials of production are gone.',
  'Passwords, sessions and the identity of the database are its own: no link or login of production works on it.',
  'A validator asks the database itself before every start; what it refuses does not start.',
  'Nothing outside is reached but the hosts listed below; every attempt is kept (`slipway egress list`).',
];

/** The hot-reload bars of development, in seconds. */
const HOT_RELOAD = { python: 3, assets: 5 };

const limitsOf = (stage: ProjectConfig['stages']['preview'] | NonNullable<ProjectConfig['stages']['staging']>) => ({
  memory: stage.memory,
  cpus: String(stage.cpus),
  workers: String(stage.workers),
  boot_timeout: stage.boot_timeout,
  update_timeout: stage.update_timeout,
});

const development = (): Told => ({
  purpose: 'Where a change is written: an Odoo of your own, with your files, that takes changes up by itself.',
  branch: null,
  address: 'http://localhost:8069',
  login: 'admin / admin, as a new database has it.',
  data: 'A new database with demonstration data. No data of production.',
  limits: {},
  flags: ['--dev=all'],
  egress: null,
});

const preview = ({ stages }: ProjectConfig): Told => ({
  purpose: 'Where a pull request is tried: an environment of its own, from opening to closing.',
  branch: `every pull request into ${stages.preview.branches.join(', ')}`,
  address: '`pr-<number>-<branch>` under the domain of the installation; `slipway preview show <number>` prints it.',
  login: '`slipway preview show <number>` prints it, to those who may read the project.',
  data:
    stages.preview.data === 'staging'
      ? "The sanitised copy of production's data that staging was last refreshed with."
      : `A new database${stages.preview.demo ? ' with demonstration data' : ''}.`,
  limits: {
    ...limitsOf(stages.preview),
    live_at_once: String(stages.preview.max),
    sleeps_after: stages.preview.sleep_after,
    removed_after: stages.preview.delete_after,
  },
  flags: [],
  egress: [...stages.preview.egress.allow],
});

const staging = ({ name, stages: { staging: settings } }: ProjectConfig): Told => ({
  purpose: "Where the next release is proved: its code on a sanitised copy of production's data.",
  branch: settings?.branch ?? null,
  address: `\`slipway env show ${name}/staging\` prints it.`,
  login: `Every user of production, with one password that is the copy's own: \`slipway env show ${name}/staging\` prints it.`,
  data: `A sanitised snapshot of production, renewed ${settings?.refresh === 'never' ? 'when told' : `by \`${settings?.refresh}\` (UTC)`}.`,
  limits: settings === undefined ? {} : limitsOf(settings),
  flags: [],
  egress: [...(settings?.egress.allow ?? [])],
});

const production = ({ stages: { production: settings }, data: { backups } }: ProjectConfig): Told => ({
  purpose: 'Where people work.',
  branch: settings?.branch ?? null,
  address: settings?.url ?? 'Not named: stages.production.url says it.',
  login: "People's own.",
  data: `Its own. Backed up by \`${backups.schedule}\`, tried by \`${backups.drill}\` (UTC).`,
  limits: {
    backups_kept: `${backups.daily} daily, ${backups.weekly} weekly, ${backups.monthly} monthly`,
    every_moment_of: backups.point_in_time.enabled ? `the last ${backups.point_in_time.days} days` : 'none',
  },
  flags: [],
  egress: null,
});

const TOLD = { development, preview, staging, production };

/** The stages that slipway.yaml describes, in the order in which a change goes through them. */
export const stagesIn = ({ stages }: ProjectConfig): readonly StageName[] => [
  'development',
  ...(stages.preview.enabled ? ['preview' as const] : []),
  ...(stages.staging === undefined ? [] : ['staging' as const]),
  ...(stages.production === undefined ? [] : ['production' as const]),
];

export const describeStage = (
  config: ProjectConfig,
  inventory: readonly InventoryRow[],
  stage: StageName,
): StageContract => {
  const { odoo, name } = config;
  const order = stagesIn(config);
  const copy = stage === 'preview' || stage === 'staging';
  return {
    format: 1,
    made_by: 'slipway contract',
    project: name,
    stage,
    odoo: {
      series: odoo.series,
      image: odoo.image ?? null,
      addons: [...odoo.addons],
      requirements: [...odoo.requirements],
      packages: [...odoo.packages],
    },
    ...TOLD[stage](config),
    variables: variablesOf(inventory, stage).map(({ says: _, stages: __, ...row }) => row),
    neutralisation: copy ? [...NEUTRALISED] : [],
    hot_reload: stage === 'development' ? HOT_RELOAD : null,
    procedures: [...proceduresOf(config, stage)],
    next: order[order.indexOf(stage) + 1] ?? null,
  };
};
