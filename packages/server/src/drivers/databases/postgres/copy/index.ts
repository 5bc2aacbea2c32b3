import { chunked } from '../../../../domain/chunked.ts';
import type { DatabaseCopier } from '../../../../ports/database-copy.ts';
import { makeRoom } from './clear.ts';
import { type Connection, connected } from './client.ts';
import { Connections, copyIn } from './copy-in.ts';
import { FAST, finish } from './finish.ts';
import { type SchemaEntry, splitSchema } from './schema-text.ts';
import { openSession } from './session.ts';
import { DEFAULT_TOOLS, type ToolSettings } from './tools.ts';

/** Statements of one transaction: each new table takes locks until it ends, and PostgreSQL has room for some thousands. */
const BATCH = 100;

export interface CopierSettings {
  readonly tools?: Partial<ToolSettings>;
  /** Connections that build indexes at the same time. */
  readonly workers?: number;
}

/** Data out of and into PostgreSQL 15 to 18: COPY by our own connections, the schema by pg_dump. */
export const openCopier = ({ tools, workers = 2 }: CopierSettings = {}): DatabaseCopier => {
  const connections = new Connections();
  return {
    open: (from, options) => openSession(from, options, { ...DEFAULT_TOOLS, ...tools }),
    serverVersion: (at) =>
      connected(at, async (connection) => {
        const text = `SELECT current_setting('server_version_num')::int AS number`;
        return Number((await connection.run({ text, parameters: [] }))[0]?.number);
      }),
    restoreSchema: (to, schema, signal) =>
      connected(to, async (connection) => {
        signal.throwIfAborted();
        await makeRoom(connection);
        await connection.script(FAST);
        await apply(connection, splitSchema(schema).before, signal);
      }),
    copyIn: (to, table, rows) => connections.use(to, (connection) => copyIn(connection, table, rows)),
    finish: async (to, schema, sequences, signal) => {
      await connections.release(to);
      await finish(to, { schema, sequences, workers, signal });
    },
  };
};

const apply = async (connection: Connection, entries: readonly SchemaEntry[], signal: AbortSignal): Promise<void> => {
  const wanted = entries.filter((entry) => !isThere(entry));
  for (const batch of chunked(wanted, BATCH)) {
    signal.throwIfAborted();
    await connection.script(batch.map(({ sql }) => sql).join('\n'));
  }
};

/** Every database has it, and its comment belongs to the one who owns it. */
const isThere = ({ type, name }: SchemaEntry): boolean =>
  (type === 'SCHEMA' && name === 'public') || (type === 'COMMENT' && name === 'SCHEMA public');
