import { expect, test } from 'vitest';
import { coreModules } from './core-modules.ts';

test('what is in the folder of an image becomes the set of its modules', () => {
  expect([...coreModules(['__init__.py', '__pycache__', 'base', 'web', 'l10n_be'], 'odoo:19.0')]).toEqual([
    'base',
    'web',
    'l10n_be',
  ]);
});

test('an image without Odoo is refused', () => {
  expect(() => coreModules(['ls'], 'debian:12')).toThrow('The base image debian:12');
});
