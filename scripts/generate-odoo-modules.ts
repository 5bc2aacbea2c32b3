/**
 * Writes packages/guards/generated/odoo-<series>.json out of an installed Odoo: its modules, the models of each, and the Python
 * packages that it needs. Nothing of Odoo is run; only names are kept.
 *
 *   docker run --rm --entrypoint tar <image> -C /usr/lib/python3/dist-packages/odoo -cf - addons | tar -C <folder> -xf -
 *   docker run --rm --entrypoint python3 <image> -c 'import importlib.metadata as m
 *   [print(n) for n in {d.name for d in m.distributions()} | set(m.packages_distributions())]' > <names>
 *   node scripts/generate-odoo-modules.ts <folder>/addons <names> <series> <source> <date>
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readTree } from '@slipway/guards/folder-tree';
import { declaredModels, modelId } from '@slipway/guards/odoo/models';
import { MANIFEST, nameOf, parentOf } from '@slipway/guards/odoo/module-folders';

const [folder, names, series, source, date] = process.argv.slice(2);
if (!folder || !names || !series || !source || !date) {
  console.error('usage: node scripts/generate-odoo-modules.ts <addons> <names> <series> <source> <date>');
  process.exit(2);
}
const tree = await readTree(folder);
const modules = new Map<string, Set<string>>();
for (const { path } of tree.files)
  if (nameOf(path) === MANIFEST && !parentOf(path).includes('/')) modules.set(parentOf(path), new Set());
for (const { path } of tree.files) {
  const models = modules.get(path.split('/')[0] ?? '');
  if (models === undefined || !path.endsWith('.py') || path.includes('/tests/')) continue;
  for (const name of declaredModels((await tree.text(path)) ?? '').names) models.add(modelId(name));
}
const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
const python = new Set(
  (await readFile(names, 'utf8'))
    .split('\n')
    .filter((name) => name !== '')
    .map(normal),
);
const file = join(import.meta.dirname, `../packages/guards/generated/odoo-${series}.json`);
const data = {
  series,
  source,
  date,
  modules: Object.fromEntries([...modules].sort().map(([name, models]) => [name, [...models].sort()])),
  python: [...python].sort(),
};
await mkdir(dirname(file), { recursive: true });
await writeFile(
  file,
  `${JSON.stringify(data, null, 1).replace(/\[\n\s+([^\]]*?)\s+\]/g, (_, inner: string) => `[${inner.replace(/\s+/g, ' ')}]`)}\n`,
);
console.error(`${file}: ${modules.size} modules, ${python.size} names of Python packages`);
