import type { Catalog, TableFacts } from '../../domain/catalog.ts';
import type { ProjectRules } from './project-rules.ts';
import { EMPTIED } from './rules/tables.ts';

/** Table → id of the rule because of which none of its rows is taken. */
export const emptiedTables = (catalog: Catalog, rules: ProjectRules): ReadonlyMap<string, string> => {
  const emptied = new Map<string, string>();
  for (const table of catalog.tables) {
    const reason = ownReason(table, rules);
    if (reason !== null) emptied.set(table.name, reason);
  }
  const open = catalog.tables.filter((table) => rules.tables[table.name] !== 'keep');
  while (addDependants(open, emptied));
  return emptied;
};

/** Rows that cannot be without a row that is not there; whether any table was added. */
const addDependants = (tables: readonly TableFacts[], emptied: Map<string, string>): boolean => {
  const before = emptied.size;
  for (const table of tables.filter((one) => !emptied.has(one.name))) {
    const key = table.foreignKeys.find((one) => one.notNull && emptied.has(one.references));
    if (key !== undefined) emptied.set(table.name, `needs:${key.references}`);
  }
  return emptied.size > before;
};

const ownReason = (table: TableFacts, rules: ProjectRules): string | null => {
  const ofProject = rules.tables[table.name];
  if (ofProject !== undefined) return ofProject === 'empty' ? `project:${table.name}` : null;
  if (table.model?.transient === true) return 'wizard';
  return EMPTIED.find((rule) => rule.tables.includes(table.name))?.id ?? null;
};
