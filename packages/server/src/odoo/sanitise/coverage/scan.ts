import type { Catalog, ColumnFacts, TableFacts } from '../../../domain/catalog.ts';
import type { MaskedColumn, MaskingPlan } from '../../../domain/masking.ts';
import { quoteName, quoteText } from '../../../domain/quote.ts';
import { isJson, isTextLike } from '../masks/masks.ts';
import type { Query } from '../read-catalog.ts';

export type LooksLike = 'email' | 'phone' | 'iban' | 'tax-id' | 'name';
export type Hits = Readonly<Partial<Record<LooksLike, number>>>;

const EMAIL =
  '[[:alnum:]._%+-]@(?!(mail\\.)?(example|odoo|odooexperts?|yourcompany|company|domain|mycompany)\\.)[[:alnum:]-]+(\\.[[:alnum:]-]+)*\\.[[:alpha:]]{2,}';
/**
 * What each kind looks like, over SQL `v`. Patterns begin with what is rare and have no alternatives at their ends: some others took
 * minutes over Odoo's views instead of a second. Addresses of examples and of Odoo, which modules bring along, are nobody's.
 */
const PATTERNS: Readonly<Record<Exclude<LooksLike, 'name'>, (v: string) => string>> = {
  email: (v) => `strpos(${v},'@')>0 and ${v} ~ ${quoteText(EMAIL)}`,
  phone: (v) =>
    `${v} ~ '(\\+|\\m00)[1-9][0-9 ./()-]{8,18}' or (length(${v})<20 and ${v} ~ '^0[1-9]([ ./-]?[0-9]){7,10}$')`,
  iban: (v) => `${v} ~ '[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4} ?[0-9]{4} ?[0-9]{2}'`,
  'tax-id': (v) =>
    `${v} ~ '\\m(ATU|BE|BG|CZ|DE|DK|EE|EL|FI|HR|HU|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|CHE|ES[A-Z]?|FR[A-Z0-9]{2}|GB|IE)[- ]?[0-9]{7}'`,
};

/** Each of those would be somebody's; a value that many rows hold is not a person's but a word. */
const NAMES_OF: Readonly<Record<string, string>> = {
  res_partner: 'name',
  hr_employee: 'name',
  crm_lead: 'contact_name',
  hr_applicant: 'partner_name',
};

export interface Scanned {
  readonly table: TableFacts;
  readonly column: ColumnFacts;
  readonly masked: MaskedColumn;
}

/** What leaves production as it is, or is masked without anybody knowing what it holds. Choices out of a program's list are left alone. */
export const scannedColumns = (catalog: Catalog, plan: MaskingPlan): readonly Scanned[] => {
  const tables = new Map(catalog.tables.map((table) => [table.name, table]));
  return plan.tables
    .filter((one) => one.action === 'copy')
    .flatMap((planned) =>
      planned.columns.flatMap((masked): Scanned[] => {
        const table = tables.get(planned.table);
        const column = table?.columns.find((one) => one.name === masked.column);
        if (table === undefined || column === undefined || !isTextLike(column)) return [];
        const open = masked.class === 'unknown' || (masked.class === 'not-personal' && masked.rule !== 'choice');
        return open && masked.rule !== 'structure' ? [{ table, column, masked }] : [];
      }),
    );
};

export const placeOf = (one: Scanned): string => `${one.table.name}.${one.column.name}`;

/** Counts by the server; no value leaves it. One pass over each table, and one for names. */
export const scan = async (
  columns: readonly Scanned[],
  catalog: Catalog,
  query: Query,
): Promise<ReadonlyMap<string, Hits>> => {
  const hits = new Map<string, Partial<Record<LooksLike, number>>>();
  const note = (place: string, kind: LooksLike, count: unknown): void => {
    if (Number(count) > 0) hits.set(place, { ...hits.get(place), [kind]: Number(count) });
  };
  // Compiling statements of hundreds of expressions takes longer than answering them.
  await query("select set_config('jit','off',false)", []);
  for (const [, group] of Map.groupBy(columns, (one) => one.table.name)) {
    const [row] = await query(patternQuery(group), []);
    for (const [i, one] of group.entries())
      for (const kind of Object.keys(PATTERNS) as (keyof typeof PATTERNS)[])
        note(placeOf(one), kind, row?.[`c${i}_${kind}`]);
  }
  const named = columns.filter((one) => one.masked.rule !== 'framework' && one.masked.rule !== 'document-number');
  const places = new Map(named.map((one) => [placeOf(one), one]));
  if (named.length > 0)
    for (const row of await query(nameQuery(named, catalog), []))
      if (places.has(String(row['place']))) note(String(row['place']), 'name', row['hits']);
  return hits;
};

const patternQuery = (group: readonly Scanned[]): string => {
  const counts = group.flatMap(({ column }, i) =>
    Object.entries(PATTERNS).map(
      ([kind, pattern]) =>
        `count(*) filter (where ${pattern(`t.${quoteName(column.name)}::text`)}) as ${quoteName(`c${i}_${kind}`)}`,
    ),
  );
  return `select ${counts.join(', ')} from only ${quoteName(group[0]?.table.name ?? '')} t`;
};

const nameQuery = (columns: readonly Scanned[], catalog: Catalog): string => {
  const has = (table: string, column: string): boolean =>
    catalog.tables.some((one) => one.name === table && one.columns.some((each) => each.name === column));
  const names = Object.entries(NAMES_OF)
    .filter(([table, column]) => has(table, column))
    .map(
      ([table, column]) =>
        `select lower(t.${quoteName(column)}) n from ${quoteName(table)} t where t.${quoteName(column)} like '_% _%' and not exists (select from ir_model_data d where d.model=${quoteText(table.replaceAll('_', '.'))} and d.res_id=t.id)`,
    );
  const values = columns.map((one) => {
    const at = `t.${quoteName(one.column.name)}`;
    const from = quoteName(one.table.name);
    return isJson(one.column)
      ? `select ${quoteText(placeOf(one))} place, lower(e.value) v from ${from} t, jsonb_each_text(case when jsonb_typeof(${at}::jsonb)='object' then ${at}::jsonb end) e`
      : `select ${quoteText(placeOf(one))} place, lower(${at}::text) v from ${from} t where ${at} is not null`;
  });
  return `with names as materialized (${names.join(' union ')}) select place, count(*) as hits from (${values.join(' union all ')}) x join names on names.n=x.v group by place`;
};
