import type { ColumnFacts, TableFacts } from '../../../domain/catalog.ts';
import type { ColumnClass } from '../../../domain/masking.ts';
import type { Mask } from '../masks/masks.ts';

export interface ColumnAt {
  readonly table: TableFacts;
  readonly column: ColumnFacts;
  /** `table.column` */
  readonly name: string;
  /** Its rows belong to a partner, user, employee or bank account, or hang on such a row. */
  readonly person: boolean;
  /** Names of all tables, for rules that look into another one. */
  readonly tables: ReadonlySet<string>;
}

/** One entry per rule. The first one that matches decides. */
export interface Rule {
  readonly id: string;
  readonly class: ColumnClass;
  readonly why: string;
  matches(at: ColumnAt): boolean;
  readonly mask: Mask | ((at: ColumnAt) => Mask);
}

/** For lists that are read by people: blanks and line ends between the words. */
export const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** A rule for columns by their names, `table.column`. */
export const named = (id: string, kind: ColumnClass, why: string, columns: string, mask: Rule['mask']): Rule => {
  const names = new Set(wordsOf(columns));
  return { id, class: kind, why, mask, matches: (at) => names.has(at.name) };
};
