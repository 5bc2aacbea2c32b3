import type { InventoryRow } from '@slipway/contracts/inventory';
import { STAGES, type StageName } from '@slipway/contracts/variables-config';
import { code, plain, table } from './markdown.ts';
import { linksTo, NOTE } from './render-stage.ts';

const SOURCES = table(
  ['source', 'who gives the value'],
  [
    ['file', '`.env` in development; `environment` of the stage in slipway.yaml elsewhere'],
    ['secret-store', '`slipway secret set NAME --stage STAGE`; `.env`, which git ignores, in development'],
    ['ci', 'a variable or secret of the workflow'],
    ['runtime', 'the platform that the stage runs on'],
  ],
);

/** docs/contracts/environment-variables.md */
export const renderVariables = (
  project: string,
  rows: readonly InventoryRow[],
  stages: readonly StageName[],
): string => {
  const inventory = rows.map((row) => [
    code(row.name),
    row.required ? 'required' : 'optional',
    row.default === null ? '' : code(row.default),
    row.secret ? 'yes' : 'no',
    row.source,
    row.stages.length === STAGES.length ? 'all' : row.stages.join(', '),
    plain(row.says),
  ]);
  return `${[
    NOTE,
    `# ${plain(project)}: environment variables`,
    linksTo(stages, null),
    'Every variable of every stage. The section `variables` of slipway.yaml says them; `.env.example` at the root has those of development.',
    rows.length === 0
      ? 'There are none.'
      : table(['name', 'required', 'default', 'secret', 'source', 'stages', 'what for'], inventory),
    SOURCES,
  ].join('\n\n')}\n`;
};

const lineOf = (row: InventoryRow): string => {
  const head = [row.says, row.required ? 'Required.' : '', row.secret ? 'Secret: never commit its value.' : '']
    .filter((words) => words !== '')
    .join(' ');
  const value = row.default ?? '';
  // Quotes where a shell or compose would cut the value.
  const quoted = /^[\w./:@%+,=-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
  return [
    ...(head === '' ? [] : [`# ${head}`]),
    `${row.required || value !== '' ? '' : '# '}${row.name}=${quoted}`,
  ].join('\n');
};

/** `NAME` of `# export NAME=value`. */
const nameIn = (line: string): string | undefined =>
  /^(?:#\s{0,9})?(?:export\s{1,9})?([A-Z_][A-Z0-9_]*)=/.exec(line.trimStart())?.[1];

/** Our part of .env.example: the variables that somebody who develops gives, but for those that people wrote there already. */
export const renderEnvExample = (rows: readonly InventoryRow[], written: string): string => {
  const theirs = new Set(written.split('\n').map(nameIn));
  const own = rows.filter(
    ({ name, stages, source }) => stages.includes('development') && source !== 'ci' && !theirs.has(name),
  );
  return own.length === 0 ? '# slipway.yaml names no other variable of development.' : own.map(lineOf).join('\n');
};
