/** `security/ir.model.access.csv`: its header, its rows, and whether the models are there. */
import type { Finding } from '../guard.ts';
import type { KnownOdoo } from '../odoo/known-modules.ts';
import { declaredModels, modelId } from '../odoo/models.ts';
import type { Tree } from '../tree.ts';
import { type CsvRow, readCsv } from './csv.ts';
import { type FilesOf, type SourceModule, texts } from './read-modules.ts';
import { find } from './rules.ts';

const NAME = 'ir.model.access.csv';
const COLUMN = /^(?:id|name|active|perm_(?:read|write|create|unlink)|(?:model_id|group_id)(?:[:/]\.?id)?)$/;
const MODEL = /^model_id[:/]id$/;

export interface AccessFacts {
  readonly tree: Tree;
  readonly modules: ReadonlyMap<string, SourceModule>;
  readonly files: FilesOf;
  readonly odoo: KnownOdoo | null;
}

export async function* checkAccess(module: SourceModule, facts: AccessFacts): AsyncIterable<Finding> {
  // What `data` means when it is no list is not known; that it is none is said by value-type.
  if (!Array.isArray(module.dict.get('data') ?? [])) return;
  const data = new Set(texts(module.dict.get('data')).map((name) => `${module.path}/${name}`));
  const usual = `${module.path}/security/${NAME}`;
  const own = (facts.files.get(module.name) ?? []).filter((file) => file === usual || data.has(file));
  for (const file of own.filter((each) => each.endsWith(`/${NAME}`))) {
    if (!data.has(file))
      yield find(
        'manifests/access-not-loaded',
        { file },
        `is not named under data in ${module.file}`,
        `Add ${JSON.stringify(file.slice(module.path.length + 1))} to data.`,
      );
    const text = await facts.tree.text(file);
    if (text !== null) yield* checkRows(module, file, readCsv(text), facts);
  }
}

async function* checkRows(
  module: SourceModule,
  file: string,
  [header, ...rows]: readonly CsvRow[],
  facts: AccessFacts,
): AsyncIterable<Finding> {
  if (header === undefined) return;
  const unknown = header.cells.find(({ text }) => !COLUMN.test(text.trim()));
  const fix = 'Write id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink.';
  if (unknown !== undefined)
    return yield find(
      'manifests/access-header',
      { file, ...unknown },
      `there is no column ${JSON.stringify(unknown.text)}`,
      fix,
    );
  const absent = ['id', 'model_id'].find(
    (name) => !header.cells.some(({ text }) => text.trim().split(/[:/]/)[0] === name),
  );
  if (absent !== undefined)
    return yield find('manifests/access-header', { file, line: header.line }, `has no column ${absent}`, fix);
  const column = header.cells.findIndex(({ text }) => MODEL.test(text.trim()));
  for (const row of rows) {
    if (row.cells.length !== header.cells.length) {
      const message = `has ${row.cells.length} values, the header ${header.cells.length}`;
      yield find(
        'manifests/access-row',
        { file, line: row.line },
        message,
        'Give each column one value; an empty one counts.',
      );
      continue;
    }
    const cell = row.cells[column];
    if (cell === undefined) continue;
    const wrong = await wrongModel(module, cell.text.trim(), facts);
    if (wrong !== null)
      yield find(
        'manifests/access-model',
        { file, ...cell },
        wrong,
        'Correct the id: model_ and the name of the model with _ for each dot; of another module with its name and a dot before.',
      );
  }
}

const wrongModel = async (module: SourceModule, id: string, facts: AccessFacts): Promise<string | null> => {
  const [before, after] = id.includes('.')
    ? [id.slice(0, id.indexOf('.')), id.slice(id.indexOf('.') + 1)]
    : [module.name, id];
  const there = await modelIds(before, facts);
  if (there === null || there.has(after)) return null;
  return before === module.name
    ? `${after} is no model that ${module.name} defines or extends`
    : `${after} is no model that ${before} defines or extends`;
};

const known = new WeakMap<FilesOf, Map<string, Promise<ReadonlySet<string> | null>>>();

/** Ids of the models of a module, once for each tree; null when they cannot be told. */
const modelIds = (name: string, facts: AccessFacts): Promise<ReadonlySet<string> | null> => {
  const cache = known.get(facts.files) ?? new Map<string, Promise<ReadonlySet<string> | null>>();
  known.set(facts.files, cache);
  const found = cache.get(name) ?? readModelIds(name, facts);
  cache.set(name, found);
  return found;
};

const readModelIds = async (
  name: string,
  { tree, modules, files, odoo }: AccessFacts,
): Promise<ReadonlySet<string> | null> => {
  if (!modules.has(name)) {
    const listed = odoo !== null && Object.hasOwn(odoo.modules, name) ? odoo.modules[name] : undefined;
    return listed === undefined ? null : new Set(listed);
  }
  const ids = new Set<string>();
  for (const file of files.get(name) ?? []) {
    const own = await idsIn(file, tree);
    if (own === null) return null;
    for (const id of own) ids.add(id);
  }
  return ids;
};

const XML_ID = /\bid=["'](model_\w+)["']/g;

const idsIn = async (file: string, tree: Tree): Promise<readonly string[] | null> => {
  if (file.endsWith('.xml')) return [...((await tree.text(file)) ?? '').matchAll(XML_ID)].map(([, id = '']) => id);
  if (!file.endsWith('.py') || file.includes('/tests/')) return [];
  const text = await tree.text(file);
  const { names, computed } = declaredModels(text ?? '');
  return computed || text === null ? null : names.map(modelId);
};
