import type { MASKS } from '@slipway/contracts/data-config';
import { Failure } from '@slipway/contracts/failure';
import type { Catalog, ColumnFacts } from '../../domain/catalog.ts';
import { isJson, isNumber, isText, type Mask } from './masks/masks.ts';

export type ColumnRule = (typeof MASKS)[number];

/** What `sanitise` in slipway.yaml says; it wins over the built-in rules. */
export interface ProjectRules {
  /** `table.column` → mask */
  readonly columns: Readonly<Record<string, ColumnRule>>;
  readonly tables: Readonly<Record<string, 'empty' | 'keep'>>;
  /** Models whose attachments keep their content. */
  readonly keepAttachments: readonly string[];
}

export const NO_PROJECT_RULES: ProjectRules = { columns: {}, tables: {}, keepAttachments: [] };

/** Refuses rules that fit nothing, all at once: a mistyped column would otherwise go unmasked without a word. */
export const checkProjectRules = (catalog: Catalog, rules: ProjectRules): void => {
  const problems = [
    ...Object.keys(rules.tables).flatMap((table) => unknownTable(catalog, table, `sanitise.tables.${table}`)),
    ...Object.entries(rules.columns).flatMap(([name, rule]) => columnProblems(catalog, name, rule)),
    ...rules.keepAttachments.flatMap((model) => unknownModel(catalog, model)),
  ];
  if (problems.length > 0) throw new Failure('sanitise-rules-invalid', { problems: problems.join('; ') });
};

export const maskOf = (rule: ColumnRule, column: ColumnFacts): Mask => {
  switch (rule) {
    case 'keep':
    case 'null':
    case 'amount':
      return { kind: rule };
    case 'mask':
      return maskByType(column);
    case 'address':
      return { kind: 'text', mask: 'street' };
    default:
      return { kind: 'text', mask: rule };
  }
};

const isWords = (column: ColumnFacts): boolean =>
  isText(column) || (isJson(column) && (column.label?.translate === true || column.label?.companyDependent === true));

const maskByType = (column: ColumnFacts): Mask => {
  if (isWords(column)) return { kind: 'text', mask: column.label?.ttype === 'html' ? 'html' : 'text' };
  if (isNumber(column)) return { kind: 'amount' };
  return /^(date|timestamp)/.test(column.type) ? { kind: 'date' } : { kind: 'null' };
};

const columnProblems = (catalog: Catalog, name: string, rule: ColumnRule): readonly string[] => {
  const [tableName = '', columnName = ''] = name.split('.');
  const at = `sanitise.columns.${name}`;
  const table = catalog.tables.find((one) => one.name === tableName);
  if (table === undefined) return unknownTable(catalog, tableName, at);
  const column = table.columns.find((one) => one.name === columnName);
  if (column === undefined)
    return [
      `${at}: table ${tableName} has no column ${columnName}${near(
        columnName,
        table.columns.map((one) => one.name),
      )}`,
    ];
  if (table.primaryKey.includes(columnName) && rule !== 'keep')
    return [`${at}: a primary key is kept, other rows refer to it`];
  if (table.foreignKeys.some((key) => key.column === columnName) && rule !== 'keep' && rule !== 'null')
    return [`${at}: the number of a row in another table can be kept or null, not ${rule}`];
  if (rule === 'amount' && !isNumber(column) && !isJson(column))
    return [`${at}: amount is for numbers, the column is ${column.type}`];
  const forText = !['keep', 'null', 'mask', 'amount'].includes(rule);
  return forText && !isWords(column) ? [`${at}: ${rule} is for text, the column is ${column.type}`] : [];
};

const unknownTable = (catalog: Catalog, table: string, at: string): readonly string[] =>
  catalog.tables.some((one) => one.name === table)
    ? []
    : [
        `${at}: there is no table ${table}${near(
          table,
          catalog.tables.map((one) => one.name),
        )}`,
      ];

const unknownModel = (catalog: Catalog, model: string): readonly string[] => {
  const models = catalog.tables.flatMap((table) => table.model?.name ?? []);
  return models.includes(model)
    ? []
    : [`sanitise.keep_attachments: there is no model ${model} with a table${near(model, models)}`];
};

/** At most three, close enough to be meant. */
const near = (name: string, known: readonly string[]): string => {
  const close = known
    .map((other) => ({ other, steps: distance(name, other) }))
    .filter(({ steps }) => steps <= Math.max(2, name.length / 4))
    .sort((a, b) => a.steps - b.steps)
    .slice(0, 3);
  return close.length === 0 ? '' : `; near it: ${close.map(({ other }) => other).join(', ')}`;
};

/** Levenshtein's: letters to add, drop or change. */
const distance = (a: string, b: string): number => {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const row = [i + 1];
    for (const [j, other] of [...b].entries())
      row.push(Math.min((before[j] ?? 0) + (letter === other ? 0 : 1), (before[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    before = row;
  }
  return before[b.length] ?? 0;
};
