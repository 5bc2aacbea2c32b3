import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import type { Catalog, ColumnFacts, TableFacts } from '../../packages/server/src/domain/catalog.ts';
import { quoteName, quoteText } from '../../packages/server/src/domain/quote.ts';
import { isJson, isTextLike } from '../../packages/server/src/odoo/sanitise/masks/masks.ts';
import { readCatalog } from '../../packages/server/src/odoo/sanitise/read-catalog.ts';
import { REAL_ROWS, type RealRow, STRANGE_COLUMNS } from './canary-rows.ts';

export interface Canaries {
  /** Token → where it stands: `table.column`, `table.column: which row`, or `filestore: which file`. */
  readonly places: ReadonlyMap<string, string>;
  /** Places that are wanted in staging although their column is masked elsewhere. */
  readonly deliberate: ReadonlySet<string>;
  /** Places that are personal or secret whatever their column is. */
  readonly holds: ReadonlyMap<string, 'personal' | 'secret'>;
  /** Columns with no room for a token. */
  readonly tooShort: readonly string[];
  /** Token in a file that no row names. */
  readonly orphan: string;
}

const MARK = 'zq';
const LENGTH = 8;
/** Of tables that have one; the rows of tokens refer to each other by it, so that every foreign key holds. */
const ROW = 2_000_000_000;

interface Planting {
  readonly client: pg.Client;
  readonly catalog: Catalog;
  /** Folder with the attachments of the database. */
  readonly filestore: string;
  readonly token: (place: string) => string;
  readonly deliberate: Set<string>;
  readonly holds: Map<string, 'personal' | 'secret'>;
}

/** A token of its own in every column that words can stand in, in rows as they are in real life, and in files and their names. */
export const plantCanaries = async (client: pg.Client, filestore: string): Promise<Canaries> => {
  await client.query(`${DROP_CHECKS}; set session_replication_role = 'replica'`);
  for (const statement of STRANGE_COLUMNS) await client.query(statement);
  const catalog = await readCatalog(async (text, parameters) => (await client.query(text, [...parameters])).rows);
  const places = new Map<string, string>();
  const token = (place: string): string => {
    const made = `${MARK}${String(places.size).padStart(5, '0')}x`;
    places.set(made, place);
    return made;
  };
  const planting: Planting = { client, catalog, filestore, token, deliberate: new Set(), holds: new Map() };
  for (const table of catalog.tables) await plantRowOfTokens(table, planting);
  for (const [i, row] of REAL_ROWS.entries()) await plantRealRow(row, ROW - 1 - i, planting);
  const orphan = `${MARK}09999x`;
  await putFile(planting, pathOf(createHash('sha1').update(orphan).digest('hex')), `nobody's: ${orphan}`);
  const tooShort = catalog.tables.flatMap((table) =>
    table.columns.filter((one) => isTextLike(one) && !hasRoom(one)).map((one) => `${table.name}.${one.name}`),
  );
  return { places, deliberate: planting.deliberate, holds: planting.holds, tooShort, orphan };
};

/** A token is no positive number and no known word. Everything else that the tables demand holds. */
const DROP_CHECKS = `
  do $$ declare one record; begin
    for one in select conrelid::regclass as relation, conname from pg_constraint
                where connamespace = 'public'::regnamespace and contype in ('c', 'x') and conrelid <> 0 and coninhcount = 0 loop
      execute format('alter table %s drop constraint %I', one.relation, one.conname);
    end loop;
  end $$`;

const hasRoom = ({ maxLength }: ColumnFacts): boolean => maxLength === null || maxLength >= LENGTH;

const plantRowOfTokens = async (table: TableFacts, planting: Planting): Promise<void> => {
  const values: Record<string, string> = {};
  for (const column of table.columns) {
    if (column.generated || !isTextLike(column) || !hasRoom(column)) continue;
    const place = `${table.name}.${column.name}`;
    values[column.name] =
      place === 'ir_attachment.store_fname'
        ? await plantFile('the row of tokens', { content: 'TOKEN', kept: false }, planting)
        : literal(column, planting.token(place));
  }
  await insert(table, { ...values, ...(table.columns.some(isId) ? { id: String(ROW) } : {}) }, planting);
};

const plantRealRow = async (row: RealRow, id: number, all: Planting): Promise<void> => {
  const token = (place: string): string => {
    if (row.holds !== undefined) all.holds.set(place, row.holds);
    return all.token(place);
  };
  const planting = { ...all, token };
  const table = planting.catalog.tables.find(({ name }) => name === row.table);
  if (table === undefined) throw new Error(`the company has no table ${row.table}`);
  const values: Record<string, string> = {};
  for (const [column, sql] of Object.entries(row.values)) {
    const place = `${row.table}.${column}: ${row.about}`;
    values[column] = sql.replaceAll('TOKEN', () => planting.token(place));
  }
  for (const column of row.kept ?? []) planting.deliberate.add(`${row.table}.${column}: ${row.about}`);
  if (row.file !== undefined) {
    values['store_fname'] = await plantFile(row.about, row.file, planting);
    values['checksum'] = quoteText(planting.token(`ir_attachment.checksum: ${row.about}`));
  }
  if (row.instead !== undefined)
    await planting.client.query(`delete from ${quoteName(row.table)} where ${row.instead}`);
  await insert(table, { ...values, id: String(id) }, planting);
  if (row.ofModule !== undefined)
    await planting.client.query(
      `insert into ir_model_data (id, module, name, model, res_id) values ($1, $2, $3, $4, $5)`,
      [id, row.ofModule, `canary_${id}`, row.table.replaceAll('_', '.'), id],
    );
};

/** A file with a token in it and another as its name, in hexadecimal, as Odoo's names are. Answers the name as SQL. */
const plantFile = async (about: string, file: NonNullable<RealRow['file']>, planting: Planting): Promise<string> => {
  const path = pathOf(Buffer.from(planting.token(`ir_attachment.store_fname: ${about}`)).toString('hex'));
  const place = `filestore: ${about}`;
  if (file.kept) planting.deliberate.add(place);
  await putFile(
    planting,
    path,
    file.content.replaceAll('TOKEN', () => planting.token(place)),
  );
  return quoteText(path);
};

const pathOf = (name: string): string => `${name.slice(0, 2)}/${name}`;
const putFile = async ({ filestore }: Pick<Planting, 'filestore'>, path: string, content: string): Promise<void> => {
  await mkdir(dirname(join(filestore, path)), { recursive: true });
  await writeFile(join(filestore, path), content);
};

const isId = ({ name }: ColumnFacts): boolean => name === 'id';

/** `values`: SQL by column. What the table demands besides gets something. */
const insert = async (
  table: TableFacts,
  values: Readonly<Record<string, string>>,
  { client }: Planting,
): Promise<void> => {
  const demanded = table.columns.filter(({ name, notNull, generated }) => notNull && !generated && !(name in values));
  const all = { ...Object.fromEntries(demanded.map((column) => [column.name, filler(column)])), ...values };
  const into = quoteName(table.name);
  const names = Object.keys(all);
  const text =
    names.length === 0
      ? `insert into ${into} default values`
      : `insert into ${into} (${names.map(quoteName).join(', ')}) values (${Object.values(all).join(', ')})`;
  await client.query(text).catch((error: unknown) => {
    throw new Error(`${text}\n${String(error)}`, { cause: error });
  });
};

const literal = (column: ColumnFacts, token: string): string => {
  const { type, label } = column;
  const text = quoteText(token);
  if (type === 'bytea') return `convert_to(${text}, 'UTF8')`;
  if (type === 'jsonb[]') return `array['{"a": "${token}"}'::jsonb]`;
  if (type.endsWith('[]')) return `array[${text}]::${type}`;
  if (type === 'xml') return `xmlparse(content '<a b="${token}"/>')`;
  if (type === 'canary_pair') return `row('', ${text})::canary_pair`;
  if (isJson(column)) return quoteText(JSON.stringify({ [label?.companyDependent === true ? '1' : 'en_US']: token }));
  return quoteText(label?.ttype === 'html' ? `<p title="a > b">${token}</p>` : token);
};

const filler = (column: ColumnFacts): string => {
  if (isTextLike(column)) return isJson(column) ? "'{}'" : "''";
  if (column.type === 'boolean') return 'true';
  if (/^(date|timestamp)/.test(column.type)) return "'2026-01-01'";
  return String(ROW);
};
