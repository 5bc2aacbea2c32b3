/** Pure: what pg_dump prints as SQL, taken apart at its own headings. */

import { ROWS_GO_HERE } from '../../../../ports/database-copy.ts';

export interface SchemaEntry {
  /** As pg_dump calls it: `TABLE`, `INDEX`, `FK CONSTRAINT` … */
  readonly type: string;
  /** `account_move account_move_pkey`: for a constraint the table comes first. */
  readonly name: string;
  readonly sql: string;
}

export interface SchemaText {
  readonly before: readonly SchemaEntry[];
  readonly after: readonly SchemaEntry[];
}

const BOUNDARY = `\n${ROWS_GO_HERE}\n`;
const HEADING = /^--\n-- Name: (.*); Type: ([A-Z ]+); Schema: .*\n--\n/gm;

/**
 * What pg_dump makes after the rows; a comment follows what it is on. It writes all of these after everything else
 * (https://www.postgresql.org/docs/current/app-pgdump.html, `--section`).
 */
const AFTER_ROWS = new Set([
  ...['CONSTRAINT', 'CHECK CONSTRAINT', 'FK CONSTRAINT', 'INDEX', 'INDEX ATTACH', 'STATISTICS', 'RULE', 'TRIGGER'],
  ...['EVENT TRIGGER', 'POLICY', 'ROW SECURITY', 'MATERIALIZED VIEW DATA', 'DEFAULT ACL', 'PUBLICATION'],
  ...['PUBLICATION TABLE', 'PUBLICATION TABLES IN SCHEMA', 'SUBSCRIPTION'],
]);

/** What pg_dump printed, with a mark where the rows go: asking it for one section after the other makes it read all catalogs twice. */
export const markedSchema = (text: string): Buffer => {
  const at = [...text.matchAll(HEADING)].find(([, , type = '']) => AFTER_ROWS.has(type))?.index ?? text.length;
  return Buffer.from(clean(text.slice(0, at)) + BOUNDARY + clean(text.slice(at)));
};

export const splitSchema = (schema: Buffer): SchemaText => {
  const text = schema.toString('utf8');
  const at = text.lastIndexOf(BOUNDARY);
  return { before: entriesOf(text.slice(0, at)), after: entriesOf(text.slice(at + BOUNDARY.length)) };
};

/** psql's own commands are for psql only, and a setting that older servers do not know would be refused by them. */
const clean = (text: string): string =>
  text.replace(/^\\(?:un)?restrict .*\n/gm, '').replace(/^SET transaction_timeout = .*\n/gm, '');

const entriesOf = (text: string): readonly SchemaEntry[] => {
  const headings = [...text.matchAll(HEADING)];
  return headings.map((heading, i) => {
    const [whole, name = '', type = ''] = heading;
    const sql = text.slice((heading.index ?? 0) + whole.length, headings[i + 1]?.index ?? text.length);
    return { type, name, sql: withoutEnd(sql) };
  });
};

/** pg_dump's closing remark, and settings for what follows that another connection would not have. */
const withoutEnd = (sql: string): string =>
  sql.replace(/\n--\n-- PostgreSQL database dump complete\n--\s*$/, '\n').trim();

/** `"public"."res_partner"`: pg_dump was told to quote every name. */
export const TABLE = '("(?:[^"]|"")+"\\.(?:"(?:[^"]|"")+"))';
const ALTERED = new RegExp(`^ALTER TABLE (?:ONLY )?${TABLE}`);
const INDEXED = new RegExp(` ON (?:ONLY )?${TABLE} USING `);

/** The table that an entry after the rows belongs to; null: none, it stands alone. */
export const tableOf = ({ type, name, sql }: SchemaEntry): string | null => {
  if (/CONSTRAINT$/.test(type)) return ALTERED.exec(sql)?.[1] ?? name;
  if (type === 'INDEX') return INDEXED.exec(sql)?.[1] ?? null;
  return null;
};
