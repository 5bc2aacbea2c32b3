/** Small catalogues for the tests of this folder. */
import type { Catalog, ColumnFacts, FieldLabel, ForeignKey, TableFacts } from '../../domain/catalog.ts';
import { Secret } from '../../domain/secret.ts';
import { planMasking } from './plan-masking.ts';
import { NO_PROJECT_RULES, type ProjectRules } from './project-rules.ts';

export const label = (facts: Partial<FieldLabel>): FieldLabel => ({
  model: 'x.lab',
  field: 'c',
  ttype: 'char',
  relation: null,
  translate: false,
  companyDependent: false,
  related: null,
  state: 'base',
  ...facts,
});
export const column = (name: string, facts: Partial<ColumnFacts> = {}): ColumnFacts => ({
  name,
  type: 'character varying',
  maxLength: null,
  notNull: false,
  generated: false,
  unique: false,
  label: label({ field: name }),
  ...facts,
});
export const id = column('id', { type: 'integer', notNull: true, unique: true, label: label({ ttype: 'integer' }) });
export const key = (from: string, references: string, facts: Partial<ForeignKey> = {}): ForeignKey => ({
  column: from,
  references,
  referencesColumn: 'id',
  notNull: false,
  onDelete: 'set null',
  ...facts,
});
export const table = (name: string, columns: readonly ColumnFacts[], facts: Partial<TableFacts> = {}): TableFacts => ({
  name,
  primaryKey: ['id'],
  rows: 1,
  bytes: 1,
  columns: [id, ...columns],
  foreignKeys: [],
  model: { name: name.replaceAll('_', '.'), transient: false, manual: false },
  ...facts,
});
export const catalogOf = (...tables: readonly TableFacts[]): Catalog => ({
  database: 'shop',
  server: 170_000,
  series: '19.0',
  modules: [{ name: 'base', version: '19.0.1.3' }],
  tables,
});
export const planOf = (catalog: Catalog, rules: Partial<ProjectRules> = {}) =>
  planMasking(catalog, { key: new Secret('k'), rules: { ...NO_PROJECT_RULES, ...rules } });
export const ruleOf = (catalog: Catalog, name: string, rules: Partial<ProjectRules> = {}) => {
  const [tableName, columnName] = name.split('.');
  const planned = planOf(catalog, rules).tables.find((one) => one.table === tableName);
  return planned?.columns.find((one) => one.column === columnName);
};
export const integer = { type: 'integer', label: label({ ttype: 'many2one' }) };
