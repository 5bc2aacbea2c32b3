import { SERIES } from '@slipway/contracts/project-config';
import type { Finding, Guard, GuardContext } from '../guard.ts';
import { knownOdoo } from '../odoo/known-modules.ts';
import { checkAccess } from './check-access.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkAssets, checkFiles, namedFiles } from './check-files.ts';
import { checkKeys } from './check-keys.ts';
import { checkPython, requiredPackages } from './check-python.ts';
import { filesOf, readModules, type SourceModule } from './read-modules.ts';
import { find, RULES } from './rules.ts';

const NEWEST = SERIES.at(-1) ?? '19.0';

/** What slipway.yaml says; else what most manifests say, when most say one. */
const seriesOf = (context: GuardContext, modules: readonly SourceModule[]): string => {
  if (context.config !== null) return context.config.value.odoo.series;
  const said = modules.map(({ dict }) => /^(\d{2}\.0)\.\d/.exec(String(dict.get('version') ?? ''))?.[1]);
  return SERIES.find((series) => said.filter((each) => each === series).length * 2 > modules.length) ?? NEWEST;
};

async function* check(context: GuardContext): AsyncIterable<Finding> {
  const { tree } = context;
  const { modules, broken, findings } = await readModules(tree);
  yield* findings;
  const [first] = modules;
  if (first === undefined) return;
  const series = seriesOf(context, modules);
  const odoo = knownOdoo(series);
  if (odoo === null) {
    const file = context.config?.file ?? first.file;
    yield find(
      'manifests/series-unlisted',
      { file },
      `which modules Odoo ${series} brings is not known`,
      'Look after dependencies on Odoo yourself.',
    );
  }
  yield* checkDependencies(modules, broken, odoo);
  const files = filesOf(tree, modules);
  const byName = new Map(modules.map((module) => [module.name, module]));
  const paths = new Set(tree.files.map(({ path }) => path));
  const required = await requiredPackages(context);
  const named = new Set<string>();
  for (const module of modules) {
    yield* checkKeys(module, series);
    if (!module.installable) continue;
    yield* checkFiles(module, paths, tree.links);
    yield* checkAssets(module, byName, files, tree);
    yield* checkPython(module, required, odoo);
    for (const file of namedFiles(module, byName, files)) named.add(file);
    yield* checkAccess(module, { tree, modules: byName, files, odoo });
  }
  // Brings a parser of a megabyte, which only this needs, and not every program that knows which guards there are.
  const { checkXml } = await import('./check-xml.ts');
  yield* checkXml([...named].sort(), tree);
}

export const manifests: Guard = { id: 'manifests', title: 'Manifests and what they name', rules: RULES, check };
