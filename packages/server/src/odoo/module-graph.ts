/** Who depends on whom. Pure. */
import { Failure } from '@slipway/contracts/failure';
import type { OdooModule } from '../domain/modules.ts';

type Named = Pick<OdooModule, 'name' | 'depends'>;

const byName = <M extends Named>(modules: readonly M[]): ReadonlyMap<string, M> =>
  new Map(modules.map((module) => [module.name, module]));

/** All modules that need one of `names`, directly or not; without `names` themselves, unless they need each other. In name order. */
export const dependantsOf = (names: readonly string[], modules: readonly Named[]): readonly string[] => {
  const reached = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop())
    for (const module of modules)
      if (module.depends.includes(name) && !reached.has(module.name)) {
        reached.add(module.name);
        open.push(module.name);
      }
  return [...reached].sort();
};

/** `names` and everything that they need, as far as it is among `modules`. */
export const withDependencies = (names: readonly string[], modules: readonly Named[]): readonly string[] => {
  const known = byName(modules);
  const reached = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const module = known.get(name);
    if (module === undefined || reached.has(name)) continue;
    reached.add(name);
    open.push(...module.depends);
  }
  return [...reached].sort();
};

/** Dependencies first, names second. Throws Failure `module-cycle`. Modules that are not given (Odoo's own) are left out. */
export const orderModules = <M extends Named>(modules: readonly M[]): readonly M[] => {
  const known = byName(modules);
  const ordered: M[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string, above: readonly string[]): void => {
    const module = known.get(name);
    if (module === undefined || state.get(name) === 'done') return;
    if (state.get(name) === 'open') {
      const cycle = [...above.slice(above.indexOf(name)), name].join(' → ');
      throw new Failure('module-cycle', { cycle });
    }
    state.set(name, 'open');
    for (const dependency of [...module.depends].sort()) visit(dependency, [...above, name]);
    state.set(name, 'done');
    ordered.push(module);
  };
  for (const name of [...known.keys()].sort()) visit(name, []);
  return ordered;
};

/**
 * Throws what makes the modules impossible to install: Failure `module-missing` for a dependency that is neither among them
 * (and installable) nor in `core` (Odoo's own, of the image), `module-cycle`. With `wanted`, modules that nobody wants are not asked.
 */
export const checkDependencies = (
  modules: readonly OdooModule[],
  core: ReadonlySet<string>,
  options: { readonly wanted?: readonly string[]; readonly series?: string } = {},
): void => {
  const { wanted = modules.filter(({ installable }) => installable).map(({ name }) => name), series = '' } = options;
  const known = byName(modules);
  const missing = (module: string, dependency: string): Failure =>
    new Failure('module-missing', { module, dependency, series });
  for (const name of wanted) if (!known.has(name) && !core.has(name)) throw missing('stages.preview.install', name);
  const needed = new Set(withDependencies(wanted, modules));
  for (const { name, depends } of modules) {
    const gap = needed.has(name)
      ? depends.find((on) => !core.has(on) && known.get(on)?.installable !== true)
      : undefined;
    if (gap !== undefined) throw missing(name, gap);
  }
  orderModules(modules.filter(({ name }) => needed.has(name)));
};
