import type { StageName } from '@slipway/contracts/variables-config';
import { code, plain, table } from './markdown.ts';
import { pictureOf } from './picture.ts';
import type { Procedure, StageContract } from './stage-contract.ts';

export const NOTE = '<!-- Made by `slipway contract` from slipway.yaml; change that file, not this one. -->';

const linksTo = (stages: readonly StageName[], here: StageName | null): string =>
  [
    ...stages.map((stage) => (stage === here ? `**${stage}**` : `[${stage}](${stage}.md)`)),
    here === null ? '**environment variables**' : '[environment variables](environment-variables.md)',
  ].join(' · ');

export { linksTo };

const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : items.map((item) => `- ${item}`).join('\n');

const codes = (items: readonly string[], none: string): string =>
  items.length === 0 ? none : items.map(code).join(', ');

const softwareRows = ({ odoo, flags, branch }: StageContract): readonly (readonly string[])[] => [
  ['Odoo', code(odoo.series)],
  ['image', odoo.image === null ? `the one for ${code(odoo.series)}` : code(odoo.image)],
  ['addons, in the order of the addons path', codes(odoo.addons, 'none')],
  [
    'Python requirements',
    codes(odoo.requirements, '`requirements.txt` at the root and in each addons folder, where present'),
  ],
  ['Debian packages', codes(odoo.packages, 'none')],
  ...(branch === null ? [] : [['branch', plain(branch)]]),
  ...(flags.length === 0 ? [] : [['flags', codes(flags, 'none')]]),
];

const variablesPart = ({ variables }: StageContract): string =>
  variables.length === 0
    ? 'None.'
    : table(
        ['name', 'required', 'default', 'secret', 'source'],
        variables.map((row) => [
          `[${code(row.name)}](environment-variables.md)`,
          row.required ? 'yes' : 'no',
          row.default === null ? '' : code(row.default),
          row.secret ? 'yes' : 'no',
          row.source,
        ]),
      );

const procedurePart = ({ name, steps }: Procedure): string =>
  [
    `### ${name}`,
    '',
    ...steps.map(
      ({ does, command }, i) =>
        `${i + 1}. ${does}${command === null ? '' : `\n\n   \`\`\`sh\n   ${command}\n   \`\`\`\n`}`,
    ),
  ]
    .join('\n')
    .trimEnd();

const part = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`);

const hotReload = ({ hot_reload: bars }: StageContract): string =>
  bars === null
    ? ''
    : table(
        ['what was saved', 'the running Odoo shows it in less than'],
        [
          ['Python', `${bars.python} s`],
          ['JavaScript, CSS', `${bars.assets} s`],
        ],
      );

/** docs/contracts/<stage>.md. The same contract gives the same bytes. */
export const renderStage = (contract: StageContract, stages: readonly StageName[]): string => {
  const { stage, project, purpose, address, login, data, limits, neutralisation, egress } = contract;
  const limitRows = Object.entries(limits).map(([name, value]) => [name.replaceAll('_', ' '), plain(value)]);
  return `${[
    NOTE,
    `# ${plain(project)}: ${stage}`,
    linksTo(stages, stage),
    purpose,
    pictureOf(contract),
    part('Reach it', list([`Address: ${address}`, `Login: ${login}`, `Data: ${data}`])),
    part('Software', table(['what', ''], softwareRows(contract))),
    part('Limits', limitRows.length === 0 ? '' : table(['what', ''], limitRows)),
    part('Hot reload', hotReload(contract)),
    part('Variables', variablesPart(contract)),
    part('What makes it harmless', list(neutralisation)),
    part('What it may reach outside', egress === null ? '' : codes(egress, 'Nothing.')),
    part('Procedures', contract.procedures.map(procedurePart).join('\n\n')),
    `The same for programs: [${stage}.json](${stage}.json).`,
  ]
    .filter((one) => one !== '')
    .join('\n\n')}\n`;
};
