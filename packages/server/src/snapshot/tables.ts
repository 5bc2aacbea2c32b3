/** Which tables there are at a moment of a database, read from the catalogs of PostgreSQL itself. */
import { Failure } from '@slipway/contracts/failure';
import type { ExportSession, SequenceState } from '../ports/database-copy.ts';

export interface SourceColumn {
  readonly name: string;
  /** Text, JSON, bytes, arrays …: what can hold a name. Not numbers, dates, truth values. */
  readonly holdsText: boolean;
  /** As PostgreSQL's statistics have it: `few` values stand in many rows each, `most` rows have one, or mostly nothing is known or there. */
  readonly values: 'few' | 'most' | 'hardly';
}

export interface SourceTable {
  readonly name: string;
  /** With TOAST, without indexes. */
  readonly bytes: number;
  /** Generated ones are left out: PostgreSQL makes them anew. */
  readonly columns: readonly SourceColumn[];
  /** In order; empty: none. */
  readonly key: readonly string[];
  /** Whether the key's first column is an integer, by which a table can be cut. */
  readonly integerKey: boolean;
}

const COLUMNS = `
  SELECT c.oid::int8::text AS id, n.nspname AS schema, c.relname AS name, pg_table_size(c.oid)::float8 AS bytes,
         coalesce(json_agg(json_build_object('name', a.attname, 'holdsText', t.typcategory NOT IN ('N', 'B', 'D', 'T') AND t.typname <> 'uuid',
                    'values', CASE WHEN coalesce(s.null_frac, 1) > 0.8 THEN 'hardly' WHEN s.n_distinct > -0.5 THEN 'few' ELSE 'most' END)
                  ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL), '[]') AS columns
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    LEFT JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
   WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
     AND n.nspname NOT LIKE 'pg_temp%' AND c.relpersistence <> 't'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
   GROUP BY c.oid, n.nspname, c.relname`;

const KEYS = `
  SELECT i.indrelid::int8::text AS id, json_agg(json_build_object('name', a.attname, 'type', t.typname) ORDER BY k.place) AS key
    FROM pg_index i
    JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(column_number, place) ON true
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.column_number
    JOIN pg_type t ON t.oid = a.atttypid
   WHERE i.indisprimary
   GROUP BY i.indrelid`;

const SEQUENCES = `
  SELECT sequencename AS name, coalesce(last_value, start_value)::text AS last, last_value IS NOT NULL AS called
    FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`;

interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

/** Failure: database-refused when there are tables outside the schema `public`: Odoo has none, and they would be lost. */
export const readTables = async (session: ExportSession): Promise<readonly SourceTable[]> => {
  const rows = await session.query({ text: COLUMNS, parameters: [] });
  const elsewhere = rows.filter(({ schema }) => schema !== 'public').map(({ schema, name }) => `${schema}.${name}`);
  if (elsewhere.length > 0)
    throw new Failure('database-refused', {
      reason: `tables outside the schema public cannot be taken along: ${elsewhere.slice(0, 10).join(', ')}`,
    });
  const found = await session.query({ text: KEYS, parameters: [] });
  const keys = new Map(found.map(({ id, key }) => [String(id), key as readonly KeyColumn[]]));
  return rows.map((row) => {
    const key = keys.get(String(row.id)) ?? [];
    return {
      name: String(row.name),
      bytes: Number(row.bytes),
      columns: row.columns as readonly SourceColumn[],
      key: key.map(({ name }) => name),
      integerKey: /^int[248]$/.test(key[0]?.type ?? ''),
    };
  });
};

export const readSequences = async (session: ExportSession): Promise<readonly SequenceState[]> =>
  (await session.query({ text: SEQUENCES, parameters: [] })) as unknown as readonly SequenceState[];

export interface DatabaseFacts {
  readonly database: string;
  readonly server: number;
  /** Null: not an Odoo database. */
  readonly series: string | null;
  readonly modules: readonly { readonly name: string; readonly version: string | null }[];
  readonly hasAttachments: boolean;
}

export const readFacts = async (session: ExportSession): Promise<DatabaseFacts> => {
  const [row] = await session.query({
    text: `SELECT current_database() AS database, current_setting('server_version_num')::int AS server,
                  to_regclass('public.ir_module_module') IS NOT NULL AS odoo, to_regclass('public.ir_attachment') IS NOT NULL AS files`,
    parameters: [],
  });
  const modules =
    row?.odoo === true
      ? await session.query({
          text: `SELECT name, latest_version AS version FROM ir_module_module WHERE state IN ('installed', 'to upgrade', 'to remove') ORDER BY name`,
          parameters: [],
        })
      : [];
  const base = modules.find(({ name }) => name === 'base')?.version;
  return {
    database: String(row?.database),
    server: Number(row?.server),
    series: typeof base === 'string' ? base.split('.').slice(0, 2).join('.') : null,
    modules: modules.map(({ name, version }) => ({
      name: String(name),
      version: version === null ? null : String(version),
    })),
    hasAttachments: row?.files === true,
  };
};
