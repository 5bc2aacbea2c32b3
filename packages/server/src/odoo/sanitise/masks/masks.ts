import type { ColumnFacts, TableFacts } from '../../../domain/catalog.ts';
import { quoteName, quoteText } from '../../../domain/quote.ts';
import { factorSql, keySql } from './session.ts';
import { TEXT_MASKS, type TextMask, type TextMaskName, UNIQUE_INSTEAD } from './text-masks.ts';

/** What may stand in for a column's values. */
export type Mask =
  | { readonly kind: 'keep' }
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly mask: TextMaskName }
  /** Amounts × the snapshot's one factor. */
  | { readonly kind: 'amount' }
  /** 128 days at most, the same for the same date. */
  | { readonly kind: 'date' }
  | { readonly kind: 'constant'; readonly value: string }
  /** SQL of ours over the row `t`. */
  | { readonly kind: 'sql'; readonly sql: string };

/** A list of texts is none: what cannot be masked value by value goes. */
const TEXT = /^(character|text|name|citext)(?!.*\[\])/;
export const isText = (column: ColumnFacts): boolean => TEXT.test(column.type);
export const isJson = (column: ColumnFacts): boolean => /^jsonb?$/.test(column.type);
export const isNumber = (column: ColumnFacts): boolean => /^(numeric|double precision|real|money)/.test(column.type);
/** What a person's words, names or files can stand in. */
export const isTextLike = (column: ColumnFacts): boolean =>
  isText(column) || isJson(column) || PLAIN.every((one) => !one.test(column.type));
/** Types that hold numbers, moments and yes or no only; a type that is not here counts as text: arrays, ranges, xml, types of extensions. */
const PLAIN = [
  /^(smallint|integer|bigint|oid|boolean|uuid|interval)$/,
  /^(numeric|double precision|real|money)/,
  /^(date|time|timestamp)/,
];

/** Null: the column as it is. */
export const expressionOf = (table: TableFacts, column: ColumnFacts, mask: Mask): string | null => {
  const at = `t.${quoteName(column.name)}`;
  switch (mask.kind) {
    case 'keep':
      return null;
    case 'null':
      return nothing(table, column);
    case 'amount':
      return amount(column, at);
    case 'date':
      return `(${at}::timestamp+(get_byte(sha256(convert_to(${keySql}||'date:'||${at}::text,'UTF8')),0)-128)*interval '1 day')::${column.type}`;
    case 'constant':
      return cut(column, `case when ${at} is null then null else ${quoteText(mask.value)} end`);
    case 'sql':
      return cut(column, mask.sql);
    case 'text':
      return isText(column)
        ? cut(column, masked(textMask(column, mask.mask), at, rowOf(table)))
        : isJson(column)
          ? eachValue(column, textMask(column, mask.mask), at, rowOf(table))
          : nothing(table, column);
  }
};

/** By hashing or by the piece, and not different in each row by rule. */
export const isDear = (column: ColumnFacts, mask: Mask): boolean =>
  mask.kind === 'text' && !column.unique && (isText(column) || isJson(column)) && mask.mask !== 'text';

const textMask = (column: ColumnFacts, name: TextMaskName): TextMask =>
  (column.unique ? UNIQUE_INSTEAD[name] : undefined) ?? TEXT_MASKS[name];

/** Null stays null and nothing stays nothing. */
const masked = (mask: TextMask, value: string, row: string): string =>
  `case when ${value} is null or ${value}='' then ${value} else ${mask(`${value}::text`, row)} end`;

/** The text of each language, or of each company; what is no text in there goes. */
const eachValue = (column: ColumnFacts, mask: TextMask, at: string, row: string): string =>
  `case when jsonb_typeof(${at}::jsonb)='object' then (select jsonb_object_agg(e.key,${masked(mask, 'e.value', row)}) from jsonb_each_text(${at}::jsonb) e)${column.type === 'json' ? '::json' : ''} end`;

const amount = (column: ColumnFacts, at: string): string => {
  if (isJson(column))
    return `case when jsonb_typeof(${at}::jsonb)='object' then (select jsonb_object_agg(e.key,case when e.value ~ '^-?[0-9.]+(e[-+]?[0-9]+)?$' then to_jsonb(e.value::numeric*${factorSql}) end) from jsonb_each_text(${at}::jsonb) e) end`;
  return column.type.startsWith('numeric') ? `(${at}*${factorSql})` : `(${at}::numeric*${factorSql})::${column.type}`;
};

const rowOf = (table: TableFacts): string => {
  const [first] = table.primaryKey;
  return first === undefined ? `'0'` : `t.${quoteName(first)}::text`;
};

const cut = (column: ColumnFacts, sql: string): string =>
  column.maxLength === null ? sql : `left((${sql})::text,${column.maxLength})`;

/** What stands where nothing should, and the column demands something. */
const nothing = (table: TableFacts, column: ColumnFacts): string => {
  if (!column.notNull) return `null::${column.type}`;
  if (isText(column)) return cut(column, column.unique ? `'none-'||${rowOf(table)}` : `''`);
  if (isJson(column)) return `'{}'::${column.type}`;
  if (column.type.endsWith('[]')) return `'{}'::${column.type}`;
  if (column.type === 'bytea') return `''::bytea`;
  if (column.type === 'boolean') return 'false';
  if (column.type === 'uuid') return `md5(${rowOf(table)})::uuid`;
  if (/^(date|timestamp)/.test(column.type)) return `'2000-01-01'::${column.type}`;
  return `0::${column.type}`;
};
