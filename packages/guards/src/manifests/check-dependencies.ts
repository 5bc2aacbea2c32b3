/** Who needs whom: among the modules of the repository, and in Odoo. */
import type { Finding } from '../guard.ts';
import type { KnownOdoo } from '../odoo/known-modules.ts';
import type { SourceModule } from './read-modules.ts';
import { find } from './rules.ts';

/** `odoo`: null when it is not known what the series brings. */
export function* checkDependencies(
  modules: readonly SourceModule[],
  broken: ReadonlySet<string>,
  odoo: KnownOdoo | null,
): Iterable<Finding> {
  const byName = new Map(modules.map((module) => [module.name, module]));
  for (const module of modules) if (module.installable) yield* missing(module, byName, broken, odoo);
  for (const cycle of cycles(byName)) {
    const [first = '', second = ''] = cycle;
    const module = byName.get(first);
    if (module === undefined) continue;
    const message = `modules need each other: ${cycle.join(' → ')}`;
    const fix = 'Take one of these dependencies away: move what both need into a third module.';
    yield find('manifests/dependency-cycle', module.place(['depends', module.depends.indexOf(second)]), message, fix);
  }
}

function* missing(
  module: SourceModule,
  byName: ReadonlyMap<string, SourceModule>,
  broken: ReadonlySet<string>,
  odoo: KnownOdoo | null,
): Iterable<Finding> {
  for (const [i, name] of module.depends.entries()) {
    const at = module.place(['depends', i]);
    const own = byName.get(name);
    if (own?.installable === false)
      yield find(
        'manifests/dependency-not-installable',
        at,
        `needs ${name}, which has installable: False`,
        `Make ${name} installable, or do without it.`,
      );
    if (own !== undefined || broken.has(name) || odoo === null || Object.hasOwn(odoo.modules, name)) continue;
    const fix = `Correct the name, or add the repository that holds it. A module of Odoo Enterprise cannot be known here: suppress this finding for it in slipway.yaml, with the reason.`;
    yield find(
      'manifests/dependency-missing',
      at,
      `needs ${name}, which is neither in this repository nor in Odoo ${odoo.series} Community`,
      fix,
    );
  }
}

/** One whole cycle for each knot of modules that need each other, from the first name of the knot back to it. */
const cycles = (byName: ReadonlyMap<string, SourceModule>): readonly (readonly string[])[] => {
  const found: string[][] = [];
  const told = new Set<string>();
  for (const name of [...byName.keys()].sort()) {
    if (told.has(name)) continue;
    const cycle = wayBack(name, byName);
    if (cycle === null) continue;
    found.push(cycle);
    for (const each of cycle) told.add(each);
  }
  return found;
};

/** The shortest way from a module along its dependencies back to it. */
const wayBack = (name: string, byName: ReadonlyMap<string, SourceModule>): string[] | null => {
  const cameFrom = new Map<string, string>();
  const open = [name];
  for (let at = open.shift(); at !== undefined; at = open.shift())
    for (const next of byName.get(at)?.depends ?? []) {
      if (next === name) return trace(cameFrom, name, at);
      if (!byName.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      open.push(next);
    }
  return null;
};

const trace = (cameFrom: ReadonlyMap<string, string>, name: string, last: string): string[] => {
  const way = [last, name];
  for (let at = last; at !== name; ) {
    at = cameFrom.get(at) ?? name;
    way.unshift(at);
  }
  return way;
};
