/** How each table leaves the production database: made by odoo/sanitise, carried out by the database driver. */

export type ColumnClass = 'personal' | 'secret' | 'not-personal' | 'unknown';

export interface MaskedColumn {
  readonly column: string;
  readonly class: ColumnClass;
  /** Id of the rule that decided, e.g. `email`, `framework`, `project:res_partner.x_hobby`. */
  readonly rule: string;
  /** SQL over the row of its table (alias `t`), quoted and without user text; null: the column as it is. */
  readonly expression: string | null;
  /** Dear enough that a value which stands in many rows is better masked once and looked up; absent: it is not. */
  readonly dear?: true;
}

export interface MaskedTable {
  readonly table: string;
  /** `empty`: the table is made, none of its rows is taken. */
  readonly action: 'copy' | 'empty';
  /** SQL condition over alias `t`: only these rows are taken; null: all. */
  readonly where: string | null;
  /** Every column that is stored (generated ones are left out), in the table's order. */
  readonly columns: readonly MaskedColumn[];
}

/** Files that stand in for attachments: path inside the filestore (`ab/abcdef…`) and content. */
export interface Placeholder {
  readonly path: string;
  readonly content: Buffer;
}

export interface MaskingPlan {
  /** Hash over rules and their code: two snapshots with the same one were masked alike. */
  readonly rules: string;
  readonly tables: readonly MaskedTable[];
  /** Run first in each exporting session, e.g. `select set_config('slipway.key', $1, false)`: the key is never part of a statement's text. */
  readonly session: readonly { readonly text: string; readonly parameters: readonly unknown[] }[];
  readonly placeholders: readonly Placeholder[];
  /** SQL query giving `store_fname` of attachments whose real file is taken along; null: none is. */
  readonly keptFiles: string | null;
}

/** A column as it was when its snapshot was published: what the columns of the next one are compared with. */
export interface ReviewedColumn {
  readonly table: string;
  readonly column: string;
  readonly class: string;
  readonly rule: string;
}
