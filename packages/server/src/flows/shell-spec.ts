import type { Slot } from '../domain/names.ts';
import type { Secret } from '../domain/secret.ts';
import { shellArguments } from '../odoo/process.ts';
import type { TerminalCommand, TerminalSpec } from '../ports/terminals.ts';
import { SOCKET_FOLDER } from '../steps/shared/odoo-run.ts';
import type { Environment } from '../store/environments.ts';
import type { ShellRow } from '../store/shells.ts';
import type { Slipway } from './slipway.ts';

const BASH = 'if command -v bash >/dev/null 2>&1; then exec bash -i; else exec sh -i; fi';

/** What a shell gets: beside what it is for, the way to the database as PostgreSQL's own programs want it. */
export const terminalSpec = async (
  slipway: Slipway,
  shell: {
    readonly row: ShellRow;
    readonly environment: Environment;
    readonly slot: Slot;
    /** Of a role that may only read; null: the environment's own is used. */
    readonly own: Secret | null;
  },
): Promise<TerminalSpec> => {
  const { row, environment, slot, own } = shell;
  const password = own ?? (await slipway.ports.secrets.ensure(environment.id, 'database-password'));
  const access = slipway.ports.databases.access;
  const { columns, rows } = row;
  return {
    ...{ id: row.id, beside: { environment: environment.id, slot }, size: row.terminal ? { columns, rows } : null },
    command: commandOf(row, environment),
    // psql can run programs: it needs no file of Odoo's, and so has none.
    gets: row.kind === 'psql' ? 'nothing' : row.readOnly ? 'files-read-only' : 'served',
    variables: {
      SLIPWAY_ENVIRONMENT: environment.id,
      PGHOST: access.socketFolder === null ? access.host : SOCKET_FOLDER,
      PGPORT: String(access.port),
      PGUSER: row.role ?? environment.role,
      PGDATABASE: environment.database,
      PGAPPNAME: `slipway ${row.id}`,
      // Whoever looks has a window that scrolls.
      PSQL_PAGER: '',
      PSQL_HISTORY: '/dev/null',
      HISTFILE: '/dev/null',
      ...(row.kind === 'shell' ? { PS1: `${environment.id}:\\w\\$ ` } : {}),
    },
    secrets: { PGPASSWORD: password },
  };
};

const commandOf = ({ kind, command }: ShellRow, environment: Environment): TerminalCommand => {
  const [program, ...rest] = command;
  if (kind === 'odoo') return { odoo: [...shellArguments(environment), ...command] };
  if (kind === 'psql') return { program: 'psql', arguments: command };
  return program === undefined ? { program: '/bin/sh', arguments: ['-c', BASH] } : { program, arguments: rest };
};
