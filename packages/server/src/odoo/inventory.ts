/** What an Odoo's database says of itself: which modules, how many models, and who can log in. */
import type { Statement } from '../ports/database-server.ts';

type Rows = readonly Readonly<Record<string, unknown>>[];

export const inventoryQuery: Statement = {
  text: `select name, state, (select count(*)::int from ir_model) as models
         from ir_module_module where state not in ('uninstalled', 'uninstallable')`,
  parameters: [],
};

export interface DatabaseInventory {
  readonly modules: number;
  readonly models: number;
  readonly unfinished: readonly string[];
  readonly missing: readonly string[];
}

/** `expected`: modules that the database is meant to hold. */
export const readInventory = (rows: Rows, expected: readonly string[]): DatabaseInventory => {
  const states = new Map(rows.map(({ name, state }) => [String(name), String(state)]));
  return {
    modules: [...states.values()].filter((state) => state === 'installed').length,
    models: Number(rows[0]?.models ?? 0),
    unfinished: [...states].filter(([, state]) => state !== 'installed').map(([name, state]) => `${name} (${state})`),
    missing: expected.filter((name) => !states.has(name)),
  };
};

/** The administrator, by the login that it has now: production may have renamed it, and a copy has masked that. */
export const administratorQuery: Statement = {
  text: `select u.login from res_users u
         left join ir_model_data d on d.module = 'base' and d.name = 'user_admin' and d.model = 'res.users' and d.res_id = u.id
         where u.active and coalesce(u.password, '') <> '' order by d.id nulls last, u.id limit 1`,
  parameters: [],
};

export const readAdministrator = (rows: Rows): string | null => {
  const login = rows[0]?.login;
  return typeof login === 'string' ? login : null;
};
