import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { Catalog, ColumnFacts, TableFacts } from '../../domain/catalog.ts';
import type { MaskedColumn, MaskedTable, MaskingPlan } from '../../domain/masking.ts';
import type { Secret } from '../../domain/secret.ts';
import { emptiedTables } from './emptied-tables.ts';
import { expressionOf, isDear, type Mask } from './masks/masks.ts';
import { maskingSession } from './masks/session.ts';
import { personTables } from './person-tables.ts';
import { standIns } from './placeholders/placeholders.ts';
import { checkProjectRules, maskOf, type ProjectRules } from './project-rules.ts';
import { rulesWith } from './rules/all.ts';
import { attachmentRows, keptAttachment } from './rules/attachments.ts';
import type { ColumnAt, Rule } from './rules/rule.ts';
import { defaultRows, parameterRows } from './rules/specials.ts';

/** Rows that are left behind although their table is taken. */
const ROWS: Readonly<Record<string, string>> = {
  ir_attachment: attachmentRows,
  ir_config_parameter: parameterRows,
  ir_default: defaultRows,
};

/**
 * How every column of every table leaves production. Starts from what PostgreSQL says is there, and lets nothing through that no
 * rule lets through. Pure: reads no row and changes none.
 */
export const planMasking = (
  catalog: Catalog,
  options: { readonly key: Secret; readonly rules: ProjectRules },
): MaskingPlan => {
  if (catalog.series === null) throw new Failure('not-an-odoo-database', { database: catalog.database });
  checkProjectRules(catalog, options.rules);
  const emptied = emptiedTables(catalog, options.rules);
  const persons = personTables(catalog);
  const rules = rulesWith(options.rules.keepAttachments);
  const names: ReadonlySet<string> = new Set(catalog.tables.map((table) => table.name));
  const tables = catalog.tables.map((table): MaskedTable => {
    const columns = table.columns
      .filter((column) => !column.generated)
      .map((column) => {
        const at = {
          table,
          column,
          name: `${table.name}.${column.name}`,
          person: persons.has(table.name),
          tables: names,
        };
        return columnOf(at, rules, options.rules, emptied);
      });
    return {
      table: table.name,
      action: emptied.has(table.name) ? 'empty' : 'copy',
      where: ROWS[table.name] ?? null,
      columns,
    };
  });
  return {
    rules: versionOf(tables),
    tables,
    session: maskingSession(options.key),
    placeholders: standIns().map(({ path, content }) => ({ path, content })),
    keptFiles: names.has('ir_attachment')
      ? `select distinct t.store_fname from ir_attachment t where t.store_fname is not null and ${attachmentRows} and (${keptAttachment(options.rules.keepAttachments)})`
      : null,
  };
};

const columnOf = (
  at: ColumnAt,
  rules: readonly Rule[],
  project: ProjectRules,
  emptied: ReadonlyMap<string, string>,
): MaskedColumn => {
  const { column, table } = at;
  const chosen = project.columns[at.name];
  if (chosen !== undefined)
    return {
      column: column.name,
      class: chosen === 'keep' ? 'not-personal' : 'personal',
      rule: `project:${at.name}`,
      ...expressed(table, column, maskOf(chosen, column)),
    };
  const rule = rules.find((one) => one.matches(at));
  if (rule === undefined) throw new Error(`no rule for ${at.name}, although the last one takes everything`);
  const mask = typeof rule.mask === 'function' ? rule.mask(at) : rule.mask;
  const pointsAtNothing = isPointerIntoEmptied(table, column, emptied);
  return {
    column: column.name,
    class: rule.class,
    rule: pointsAtNothing ? 'row-left-out' : rule.id,
    ...expressed(table, column, pointsAtNothing ? { kind: 'null' } : mask),
  };
};

const expressed = (table: TableFacts, column: ColumnFacts, mask: Mask): Pick<MaskedColumn, 'expression' | 'dear'> => ({
  expression: expressionOf(table, column, mask),
  ...(isDear(column, mask) ? { dear: true } : {}),
});

const isPointerIntoEmptied = (table: TableFacts, column: ColumnFacts, emptied: ReadonlyMap<string, string>): boolean =>
  !emptied.has(table.name) &&
  table.foreignKeys.some((key) => key.column === column.name && emptied.has(key.references));

/** The expressions hold no key, so the same rules give the same version under every key. */
const versionOf = (tables: readonly MaskedTable[]): string => {
  const hash = createHash('sha256').update(JSON.stringify(tables));
  for (const { path } of standIns()) hash.update(path);
  return hash.digest('hex').slice(0, 32);
};
