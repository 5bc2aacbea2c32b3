import { label } from './markdown.ts';
import type { StageContract } from './stage-contract.ts';

type Edge = string;

const development = (contract: StageContract): readonly Edge[] => [
  `files[${label(contract.odoo.addons.join(', '))}] -- ${label('saved')} --> odoo[${label(`Odoo ${contract.odoo.series} ${contract.flags.join(' ')}`)}]`,
  `odoo --> database[(${label('a database of your own')})]`,
];

const source = ({ stage, branch }: StageContract): string =>
  stage === 'preview' ? 'pull request' : `branch ${branch ?? ''}`;

const copy = (contract: StageContract): readonly Edge[] => {
  const { stage, odoo, egress } = contract;
  const outside = egress === null || egress.length === 0 ? 'nothing outside' : egress.join(', ');
  const data =
    stage === 'staging' || contract.data.startsWith('The sanitised') ? 'sanitised copy of production' : 'new database';
  return [
    `commit[${label(source(contract))}] --> image[${label(`image: Odoo ${odoo.series} and ${odoo.addons.join(', ')}`)}]`,
    `image --> odoo[${label(stage)}]`,
    `data[(${label(data)})] -- ${label('neutralised, validated')} --> odoo`,
    `odoo -- ${label('allowed')} --> outside[${label(outside)}]`,
    `odoo -- ${label('mail')} --> catcher[${label('mail catcher')}]`,
  ];
};

const production = (contract: StageContract): readonly Edge[] => [
  `commit[${label(source(contract))}] --> odoo[${label('production')}]`,
  `people([${label('people')}]) --> odoo`,
  `odoo --> database[(${label('database and files')})]`,
  `database -- ${label(contract.limits.backups_kept ?? '')} --> backups[(${label('encrypted backups')})]`,
  `backups -- ${label('drill')} --> proof[${label('restored, started, logged in')}]`,
];

const PICTURES = { development, preview: copy, staging: copy, production };

/** The stage as a Mermaid flow chart. */
export const pictureOf = (contract: StageContract): string => {
  const next = contract.next === null ? [] : [`odoo -. ${label('then')} .-> next[${label(contract.next)}]`];
  const edges = [...PICTURES[contract.stage](contract), ...next];
  return ['```mermaid', 'flowchart LR', ...edges.map((edge) => `  ${edge}`), '```'].join('\n');
};
