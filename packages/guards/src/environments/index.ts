import { parseProjectConfig } from '@slipway/contracts/config-file';
import { SAFETY_CHECKS } from '@slipway/contracts/config-safety';
import { type InventoryRow, inventoryOf, variablesOf } from '@slipway/contracts/inventory';
import { isCompose } from '../file-kinds.ts';
import type { Finding, Guard, GuardContext } from '../guard.ts';
import { checkProductionValues, checkSilence, checkStageName, productionValues } from './check-copies.ts';
import { checkProduction, checkReferences } from './check-production.ts';
import { readStages } from './read-stages.ts';
import { find, RULES } from './rules.ts';

/** What `slipway neutralise check --config` says, without what any check of the file says. */
async function* checkConfig({ tree, config }: GuardContext): AsyncGenerator<Finding> {
  const text = config === null ? null : await tree.text(config.file);
  if (config === null || text === null) return;
  const plain = parseProjectConfig(text, config.file);
  const known = new Set((plain.ok ? plain.warnings : plain.problems).map((problem) => JSON.stringify(problem)));
  const strict = parseProjectConfig(text, config.file, SAFETY_CHECKS);
  for (const problem of strict.ok ? strict.warnings : strict.problems) {
    if (known.has(JSON.stringify(problem))) continue;
    const { line, column, path, message, severity } = problem;
    const told = find(
      'environments/copy-unsafe',
      { file: config.file, line, column },
      `${path} ${message}`,
      'See docs/reference/config.md.',
    );
    yield severity === 'warning' ? { ...told, severity } : told;
  }
}

const productionHosts = ({ config }: GuardContext): readonly string[] => {
  const url = config?.value.stages.production?.url;
  return url === undefined ? [] : [new URL(url).hostname];
};

async function* check(context: GuardContext): AsyncGenerator<Finding> {
  const { tree } = context;
  yield* checkConfig(context);
  const files = await readStages(tree);
  yield* checkStageName(files);
  const values = productionValues(files);
  for (const file of files.filter(({ stage }) => stage !== 'production')) {
    yield* checkSilence(file);
    yield* checkProductionValues(file, values, productionHosts(context));
  }
  const rows = context.config === null ? [] : inventoryOf(context.config.value);
  const named = (all: readonly InventoryRow[]) => new Set(all.map(({ name }) => name));
  yield* checkProduction(files, named(variablesOf(rows, 'production')));
  yield* checkReferences(tree, tree.files.map(({ path }) => path).filter(isCompose), named(rows));
}

export const environments: Guard = {
  id: 'environments',
  title: 'Copies are kept from the outside, production has what it needs',
  rules: RULES,
  check,
};
