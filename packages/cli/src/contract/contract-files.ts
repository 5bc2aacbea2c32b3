import { inventoryOf } from '@slipway/contracts/inventory';
import type { ProjectConfig } from '@slipway/contracts/project-config';
import { STAGES } from '@slipway/contracts/variables-config';
import { describeStage, stagesIn } from './describe-stage.ts';
import { NOTE, renderStage } from './render-stage.ts';
import { renderEnvExample, renderVariables } from './render-variables.ts';

export const FOLDER = 'docs/contracts';
export const ENV_EXAMPLE = '.env.example';

/** A file that is ours as a whole, or one with a part that is ours. */
export type ContractFile =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly region: string; readonly textBeside: (written: string) => string };

/** Whether a file under docs/contracts was written by us. */
export const isOurs = (text: string): boolean =>
  text.startsWith(NOTE) || /^\{\s*"format": \d+,\s*"made_by": "slipway contract"/.test(text);

/** Every path that some slipway.yaml would make: what of these is not wanted any more is stale. */
export const POSSIBLE: readonly string[] = STAGES.flatMap((stage) => [
  `${FOLDER}/${stage}.md`,
  `${FOLDER}/${stage}.json`,
]);

/** All documents of a project. Nothing but the configuration goes in, so the same file makes the same bytes. */
export const contractFiles = (config: ProjectConfig): readonly ContractFile[] => {
  const inventory = inventoryOf(config);
  const stages = stagesIn(config);
  return [
    ...stages.flatMap((stage) => {
      const contract = describeStage(config, inventory, stage);
      return [
        { path: `${FOLDER}/${stage}.md`, text: renderStage(contract, stages) },
        { path: `${FOLDER}/${stage}.json`, text: `${JSON.stringify(contract, null, 2)}\n` },
      ];
    }),
    { path: `${FOLDER}/environment-variables.md`, text: renderVariables(config.name, inventory, stages) },
    { path: ENV_EXAMPLE, region: 'variables', textBeside: (written) => renderEnvExample(inventory, written) },
  ];
};
