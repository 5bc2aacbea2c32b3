/** What a database holds, read from `information_schema`/`pg_catalog`; Odoo's own metadata is only a label on it. */

/** Odoo's description of a column: the row of `ir_model_fields` whose model and name match. */
export interface FieldLabel {
  readonly model: string;
  readonly field: string;
  /** `char`, `text`, `html`, `many2one`, `monetary` … */
  readonly ttype: string;
  readonly relation: string | null;
  readonly translate: boolean;
  readonly companyDependent: boolean;
  readonly related: string | null;
  /** `manual`: made by a person in Studio or in the settings. */
  readonly state: 'base' | 'manual';
}

export interface ColumnFacts {
  readonly name: string;
  /** As PostgreSQL formats it: `character varying(64)`, `jsonb`, `numeric`. */
  readonly type: string;
  /** Of varchar(n) and char(n); null: unbounded. */
  readonly maxLength: number | null;
  readonly notNull: boolean;
  readonly generated: boolean;
  /** Under a unique index or primary key, alone or with others: what stands in for it has to keep different values different. */
  readonly unique: boolean;
  readonly label: FieldLabel | null;
}

export interface ForeignKey {
  readonly column: string;
  readonly references: string;
  readonly referencesColumn: string;
  readonly notNull: boolean;
  readonly onDelete: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';
}

export interface TableFacts {
  readonly name: string;
  readonly primaryKey: readonly string[];
  /** Exact where counted, else PostgreSQL's estimate. */
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly ColumnFacts[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Null: no model has this table (many2many, raw SQL). */
  readonly model: { readonly name: string; readonly transient: boolean; readonly manual: boolean } | null;
}

export interface Catalog {
  readonly database: string;
  /** `server_version_num`, e.g. 170011. */
  readonly server: number;
  /** Series of module `base`, `19.0`; null: not an Odoo database. */
  readonly series: string | null;
  /** Installed ones. */
  readonly modules: readonly { readonly name: string; readonly version: string | null }[];
  readonly tables: readonly TableFacts[];
}
