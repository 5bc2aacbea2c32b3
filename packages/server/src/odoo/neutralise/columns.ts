import type { Statement } from '../../ports/database-copy.ts';

/** What a database must have to be asked: columns by table; no table: every one is looked at. */
export type Needs = Readonly<Record<string, readonly string[]>>;

export interface ColumnKind {
  /** As PostgreSQL calls it, without a length: `character varying`, `jsonb`, `boolean`. */
  readonly type: string;
  readonly notNull: boolean;
  /** Of varchar(n); null: unbounded. */
  readonly maxLength: number | null;
}

/** Tables of a database with those of their columns that anybody asks for. */
export type Columns = ReadonlyMap<string, ReadonlyMap<string, ColumnKind>>;

/** A table that every Odoo has. */
export const ODOO = 'ir_config_parameter';

/**
 * Columns of the tables that are asked for; when somebody asks of every table (`needs` names none), also every column that can
 * hold text. Which of these are called like a credential is decided here: PostgreSQL takes 150 ms for that of 10,000 names.
 */
export const columnsQuery = (all: readonly { readonly needs: Needs }[]): Statement => ({
  text: `select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type, a.attnotnull as required,
                case when a.atttypid = 'varchar'::regtype and a.atttypmod > 4 then a.atttypmod - 4 end as length
           from pg_class c join pg_attribute a on a.attrelid = c.oid
          where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            and ${
              all.some(({ needs }) => Object.keys(needs).length === 0)
                ? `(c.relname = any($1::text[]) or a.attname = 'id' or a.atttypid in (17, 25, 114, 1042, 1043, 3802))`
                : 'c.relname = any($1::text[])'
            }`,
  parameters: [[...tablesOf(all), ODOO]],
});

export const readColumns = (rows: readonly Readonly<Record<string, unknown>>[]): Columns => {
  const columns = new Map<string, Map<string, ColumnKind>>();
  for (const { table, column, type, required, length } of rows) {
    const known = columns.get(String(table)) ?? new Map<string, ColumnKind>();
    columns.set(String(table), known);
    known.set(String(column), {
      type: String(type),
      notNull: required === true,
      maxLength: length === null || length === undefined ? null : Number(length),
    });
  }
  return columns;
};

const tablesOf = (all: readonly { readonly needs: Needs }[]): string[] => [
  ...new Set(all.flatMap(({ needs }) => Object.keys(needs))),
];
