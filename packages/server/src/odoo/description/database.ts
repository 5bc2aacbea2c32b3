/** What an Odoo consists of, by its own tables (G1): names and structure, never what people wrote into it. */
import { csv } from '../../domain/csv.ts';
import type { SqlSession } from '../../ports/sql-databases.ts';

export interface DescribedFile {
  /** Below `docs/`. */
  readonly path: string;
  readonly text: string;
}

/** Names are jsonb by language since Odoo 16, and text before. */
const english = (column: string): string =>
  `case jsonb_typeof(to_jsonb(${column})) when 'object' then to_jsonb(${column}) ->> 'en_US' else to_jsonb(${column}) #>> '{}' end`;

/** Of a record: the first of its names in code. */
const codeName = (model: string, id: string): string =>
  `(select d.module || '.' || d.name from ir_model_data d where d.model = '${model}' and d.res_id = ${id} order by d.id limit 1)`;

interface Listing {
  readonly path: string;
  readonly columns: readonly string[];
  readonly query: string;
}

const LISTINGS: readonly Listing[] = [
  {
    path: 'runtime/modules.prod.csv',
    columns: ['module', 'state', 'version', 'license', 'author', 'application', 'auto_install'],
    query: `select name as module, state, latest_version as version, license, author, application, auto_install
              from ir_module_module order by name`,
  },
  {
    path: 'runtime/models.prod.csv',
    columns: ['model', 'name', 'transient', 'fields', 'stored_fields', 'modules'],
    query: `select m.model, ${english('m.name')} as name, m.transient,
                   (select count(*) from ir_model_fields f where f.model_id = m.id) as fields,
                   (select count(*) from ir_model_fields f where f.model_id = m.id and f.store) as stored_fields,
                   (select string_agg(distinct d.module, ' ' order by d.module) from ir_model_data d
                     where d.model = 'ir.model' and d.res_id = m.id) as modules
              from ir_model m order by m.model`,
  },
  {
    path: 'runtime/menus.prod.csv',
    columns: ['menu', 'id', 'action', 'groups', 'active'],
    query: `with recursive tree as (
              select id, ${english('name')} as path, array[sequence, id] as place from ir_ui_menu where parent_id is null
              union all
              select m.id, t.path || ' / ' || ${english('m.name')}, t.place || array[m.sequence, m.id]
                from ir_ui_menu m join tree t on m.parent_id = t.id)
            select t.path as menu, ${codeName('ir.ui.menu', 'm.id')} as id, m.action, m.active,
                   (select string_agg(coalesce(${codeName('res.groups', 'g.gid')}, g.gid::text), ' ' order by g.gid)
                      from ir_ui_menu_group_rel g where g.menu_id = m.id) as groups
              from tree t join ir_ui_menu m on m.id = t.id order by t.place`,
  },
  {
    path: 'runtime/window-actions.prod.csv',
    columns: ['id', 'name', 'model', 'views', 'target', 'domain'],
    query: `select coalesce(${codeName('ir.actions.act_window', 'a.id')}, a.id::text) as id, ${english('a.name')} as name,
                   a.res_model as model, a.view_mode as views, a.target, a.domain
              from ir_act_window a order by 1`,
  },
];

/** One moment of a database; the session reads only. */
export const describeDatabase = async (session: SqlSession): Promise<DescribedFile[]> => {
  const answers = await session.runAll(LISTINGS.map(({ query }) => ({ text: query, parameters: [] })));
  return LISTINGS.map(({ path, columns }, index) => ({ path, text: csv(columns, answers[index]?.rows ?? []) }));
};

/** State and version by module, as the database has them. */
export const moduleStates = async (
  session: SqlSession,
): Promise<ReadonlyMap<string, { readonly state: string; readonly version: string | null }>> => {
  const { rows } = await session.run({
    text: 'select name, state, latest_version as version from ir_module_module',
    parameters: [],
  });
  return new Map(
    rows.map(({ name, state, version }) => [
      String(name),
      { state: String(state), version: version === null ? null : String(version) },
    ]),
  );
};
