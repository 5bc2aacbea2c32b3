import { Failure } from '@slipway/contracts/failure';
import { expect, test } from 'vitest';
import type { OdooModule } from '../domain/modules.ts';
import { checkDependencies, dependantsOf, orderModules, withDependencies } from './module-graph.ts';

const module = (name: string, depends: readonly string[], installable = true): OdooModule => ({
  name,
  path: `addons/${name}`,
  version: '1.0',
  depends,
  installable,
  autoInstall: false,
  hash: name,
  files: {},
});
const SHOP = [module('loyalty', ['order']), module('order', ['base']), module('card', ['loyalty', 'web'])];
const CORE = new Set(['base', 'web']);
const refusal = (...given: Parameters<typeof checkDependencies>): string => {
  try {
    checkDependencies(...given);
    return 'fine';
  } catch (error) {
    return error instanceof Failure ? `${error.code}: ${error.message}` : 'a bug';
  }
};

test('dependants are found through other modules', () => {
  expect(dependantsOf(['order'], SHOP)).toEqual(['card', 'loyalty']);
  expect(dependantsOf(['web'], SHOP)).toEqual(['card']);
});

test('dependencies are found through other modules', () => {
  expect(withDependencies(['loyalty'], SHOP)).toEqual(['loyalty', 'order']);
});

test('dependencies come first in the order', () => {
  expect(orderModules(SHOP).map(({ name }) => name)).toEqual(['order', 'loyalty', 'card']);
});

test('a circle is refused and named', () => {
  const circle = [module('a', ['b']), module('b', ['c']), module('c', ['a'])];

  expect(() => orderModules(circle)).toThrow('The modules depend on each other in a circle: a → b → c → a.');
  expect(refusal(circle, CORE)).toContain('module-cycle');
});

test('a dependency that is neither in the repository nor in Odoo is refused', () => {
  expect(refusal(SHOP, CORE, { series: '19.0' })).toBe('fine');
  expect(refusal([...SHOP, module('x', ['sale'])], CORE, { series: '19.0' })).toBe(
    'module-missing: Module x depends on sale, which is neither in the repository nor in Odoo 19.0.',
  );
});

test('a dependency that is not installable counts as missing', () => {
  expect(refusal([module('old', [], false), module('x', ['old'])], CORE)).toContain('module-missing');
});

test('modules that nobody wants are not asked', () => {
  expect(refusal([...SHOP, module('x', ['sale'])], CORE, { wanted: ['loyalty'] })).toBe('fine');
  expect(refusal(SHOP, CORE, { wanted: ['nowhere'] })).toContain('nowhere');
});
