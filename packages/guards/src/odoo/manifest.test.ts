import { Failure } from '@slipway/contracts/failure';
import { expect, test } from 'vitest';
import { parseManifest } from './manifest.ts';

const refusal = (text: string): string => {
  try {
    parseManifest(text, 'addons/shop/__manifest__.py');
    return 'accepted';
  } catch (error) {
    return error instanceof Failure ? `${error.code}: ${error.message}` : 'a bug';
  }
};

test('a manifest gives the facts that decide installing and updating', () => {
  const manifest = parseManifest(
    `{
      'name': 'Shop', 'version': '19.0.1.0.0', 'depends': ['base', 'web'], 'license': 'LGPL-3', 'auto_install': ['sale'],
      'external_dependencies': {'python': ['requests']}, 'data': ['a.xml'], 'demo': ['b.xml'],
      'assets': {'web.assets_backend': ['shop/static/src/**/*']},
    }`,
    'addons/shop/__manifest__.py',
  );

  expect(manifest).toEqual({
    name: 'Shop',
    version: '19.0.1.0.0',
    depends: ['base', 'web'],
    installable: true,
    autoInstall: true,
    license: 'LGPL-3',
    externalDependencies: { python: ['requests'], bin: [] },
    data: ['a.xml'],
    demo: ['b.xml'],
    assets: ['web.assets_backend'],
  });
});

test('a module without dependencies depends on base, as in Odoo', () => {
  expect(parseManifest("{'name': 'x', 'installable': 0}", 'a/x/__manifest__.py')).toMatchObject({
    depends: ['base'],
    installable: false,
    autoInstall: false,
    version: null,
  });
});

test.each([
  [
    "{\n 'depends': ['a',\n 'b'\n 'name': x}",
    'manifest-invalid: addons/shop/__manifest__.py:4: the module manifest cannot be read: expected , or ] (column 8)',
  ],
  [
    "{'name': 'x',\n 'depends': 'base'}",
    'manifest-invalid: addons/shop/__manifest__.py:2: the module manifest cannot be read: "depends" must be a list of texts',
  ],
  [
    "['a']",
    'manifest-invalid: addons/shop/__manifest__.py:1: the module manifest cannot be read: it is not a dictionary',
  ],
  [
    "{'name': 'x',\n\n 'version': 19.0}",
    'manifest-invalid: addons/shop/__manifest__.py:3: the module manifest cannot be read: "version" must be a text',
  ],
])('%j is refused with file and line', (text, message) => {
  expect(refusal(text)).toBe(message);
});
