import { parseProjectConfig } from '@slipway/contracts/config-file';
import { describe, expect, it } from 'vitest';
import { treeOf } from '../memory-tree.ts';
import { ACCESS, BASE_MANIFEST, MANIFEST, SHOP } from '../testing/shop.ts';
import { readCsv } from './csv.ts';
import { manifests } from './index.ts';
import { RULES } from './rules.ts';

const found = async (files: Readonly<Record<string, string | Buffer>>): Promise<string[]> => {
  const tree = treeOf(files);
  const parsed = parseProjectConfig((await tree.text('slipway.yaml')) ?? '');
  const config = parsed.ok ? { value: parsed.config, file: 'slipway.yaml' } : null;
  const all: string[] = [];
  for await (const { rule, file, line, column, message } of manifests.check({ tree, config, today: '2026-01-01' }))
    all.push(`${rule} ${file}:${line}:${column} ${message}`);
  return all;
};

const FILE = 'addons/shop/__manifest__.py';
const CSV = 'addons/shop/security/ir.model.access.csv';
const BASE = 'addons/shop_base/__manifest__.py';
const change = (from: string, to: string, file = FILE): Record<string, string> => {
  const text = String(SHOP[file]);
  expect(text).toContain(from);
  return { [file]: text.replace(from, to) };
};

/** [rule, place, what is said, the files that are other than in the clean repository] */
const PLANTED: readonly (readonly [string, string, string, Record<string, string | Buffer>])[] = [
  ['not-literal', `${BASE}:1:1`, 'the name __import__ is code', { [BASE]: "__import__('os').system('touch /tmp/x')" }],
  ['not-literal', `${FILE}:3:29`, 'expected , or }', change("'19.0.1.0.0'", "'19.0.1.0.0' + x")],
  ['unreadable', `${FILE}:1:1`, 'not UTF-8', { [FILE]: Buffer.from([0x7b, 0xff, 0x7d]) }],
  [
    'value-type',
    `${FILE}:8:13`,
    'data is not a list',
    change(
      "'data': [\n        'security/ir.model.access.csv',\n        'views/shop.xml',\n    ]",
      "'data': 'views/shop.xml'",
    ),
  ],
  ['key-missing', `${FILE}:1:1`, 'has no license', change("    'license': 'LGPL-3',\n", '')],
  ['key-missing', `${FILE}:5:15`, 'has no author', change("'Somebody'", "''")],
  ['key-advised', `${FILE}:1:1`, 'has no category', change("    'category': 'Sales',\n", '')],
  ['version-invalid', `${FILE}:3:16`, 'another series than 19.0', change("'19.0.1.0.0'", "'18.0.1.0.0'")],
  ['version-invalid', `${FILE}:3:16`, 'not one that Odoo can read', change("'19.0.1.0.0'", "'one'")],
  ['version-short', `${FILE}:3:16`, '"1.0" is not 19.0.x.y.z', change("'19.0.1.0.0'", "'1.0'")],
  ['license-unknown', `${FILE}:4:16`, '"MIT"', change("'LGPL-3'", "'MIT'")],
  ['dependency-missing', `${FILE}:7:17`, 'needs sale_subscription', change("'sale'", "'sale_subscription'")],
  [
    'dependency-not-installable',
    `${FILE}:7:25`,
    'needs shop_base',
    change("'depends'", "'installable': False, 'depends'", BASE),
  ],
  ['dependency-cycle', `${FILE}:7:25`, 'shop → shop_base → shop', change("['base']", "['base', 'shop']", BASE)],
  ['file-missing', `${FILE}:10:9`, 'data names views/Shop.xml', change("'views/shop.xml'", "'views/Shop.xml'")],
  ['asset-missing', `${FILE}:14:13`, 'matches no file', change('/**/*.js', '/**/*.ts')],
  ['asset-missing', `${FILE}:15:46`, 'is not there', change('late.js', 'later.js')],
  [
    'xml-malformed',
    'addons/shop/views/shop.xml:4:8',
    'tag mismatch: data line 3 and odoo',
    change('<data/>', '<data>', 'addons/shop/views/shop.xml'),
  ],
  [
    'xml-malformed',
    'addons/shop/views/shop.xml:3:15',
    "Entity 'nbsp' not defined",
    change('<data/>', '<data>&nbsp;</data>', 'addons/shop/views/shop.xml'),
  ],
  ['access-header', `${CSV}:1:21`, '"group"', change('group_id:id', 'group', CSV)],
  ['access-header', `${CSV}:1:1`, 'no column model_id', change(',model_id:id', '', CSV)],
  ['access-row', `${CSV}:3:1`, 'has 7 values, the header 8', change('res_partner,,1', 'res_partner,1', CSV)],
  [
    'access-model',
    `${CSV}:2:27`,
    'model_shop_orders is no model that shop',
    change('model_shop_order,', 'model_shop_orders,', CSV),
  ],
  [
    'access-model',
    `${CSV}:3:24`,
    'model_res_partners is no model that base',
    change('model_res_partner,', 'model_res_partners,', CSV),
  ],
  [
    'access-model',
    `${CSV}:4:18`,
    'model_shop_none is no model that shop_base',
    change('model_shop_base', 'model_shop_none', CSV),
  ],
  [
    'access-not-loaded',
    `${CSV}:1:1`,
    'is not named under data',
    change("        'security/ir.model.access.csv',\n", ''),
  ],
  ['python-undeclared', `${FILE}:18:42`, 'requests-oauthlib', { 'requirements.txt': 'other\n' }],
];

describe('the guard of manifests', () => {
  it('finds nothing in a clean repository', async () => {
    expect(await found(SHOP)).toEqual([]);
  });

  it.each(PLANTED)('%s is found at %s (%s), and nothing else is', async (rule, place, says, files) => {
    const all = await found({ ...SHOP, ...files });

    expect(all).toHaveLength(1);
    expect(all[0]?.startsWith(`manifests/${rule} ${place} `), all[0]).toBe(true);
    expect(all[0]).toContain(says);
  });

  it('has a planted fault for every rule', () => {
    const planted = new Set(PLANTED.map(([rule]) => `manifests/${rule}`));

    expect(RULES.map(({ id }) => id).filter((id) => !planted.has(id))).toEqual(['manifests/series-unlisted']);
  });

  it('says of a link that leads out that it does, since a build has nothing outside', async () => {
    const { 'addons/shop/views/shop.xml': _, 'addons/shop/static/src/late.js': __, ...rest } = SHOP;
    const links = new Set(['addons/shop/views/shop.xml', 'addons/shop/static/src/late.js']);
    const said: string[] = [];
    const context = { tree: { ...treeOf(rest), links }, config: null, today: '2026-01-01' };
    for await (const { message } of manifests.check(context)) said.push(message);

    expect(said).toEqual([
      'data names views/shop.xml, which is a link that leads out of the repository',
      'web.assets_backend names shop/static/src/late.js, which is a link that leads out of the repository',
    ]);
  });

  it('says of a series that it does not know that missing dependencies are not looked for', async () => {
    const old = Object.fromEntries(
      Object.entries(SHOP).map(([file, text]) => [file, String(text).replaceAll('19.0', '16.0')]),
    );

    expect(await found({ ...old, ...{ [FILE]: String(old[FILE]).replace("'sale'", "'nowhere'") } })).toEqual([
      'manifests/series-unlisted slipway.yaml:1:1 which modules Odoo 16.0 brings is not known',
    ]);
  });

  it('takes the series of most manifests when there is no slipway.yaml', async () => {
    const { 'slipway.yaml': _, ...rest } = SHOP;
    const files = { ...rest, 'addons/old/__manifest__.py': BASE_MANIFEST.replace('19.0.', '18.0.') };

    expect(await found(files)).toEqual([expect.stringContaining('"18.0.1.0.0" is for another series than 19.0')]);
  });

  it('judges only the text of a module that is not installable', async () => {
    const files = { ...SHOP, 'addons/old/__manifest__.py': "{'installable': False, 'version': '12.0.1.0.0'}" };

    expect(await found(files)).toEqual([]);
  });

  it('does not judge rights on models whose names are computed', async () => {
    const python = { 'addons/shop/models/other.py': 'class A(models.Model):\n    _name = PREFIX\n' };

    expect(await found({ ...SHOP, ...python, ...change('model_shop_order,', 'model_any,', CSV) })).toEqual([]);
  });

  it('takes an attachment that data makes for the asset that it is served as', async () => {
    const files = {
      ...SHOP,
      [FILE]: MANIFEST.replace('static/src/late.js', 'static/made.scss'),
      'addons/shop/views/shop.xml': '<odoo><field name="url">/shop/static/made.scss</field></odoo>',
    };

    expect(await found(files)).toEqual([]);
  });

  it('does not expand entities without end, and fetches none', async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${'bcdefgh'.replace(/./g, (name) => {
      const before = String.fromCharCode(name.charCodeAt(0) - 1);
      return `<!ENTITY ${name} "${`&${before};`.repeat(10)}">`;
    })}]><a>&h;&h;</a>`;
    const outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';

    expect(await found({ ...SHOP, 'addons/shop/views/shop.xml': bomb })).toEqual([
      expect.stringContaining('amplification'),
    ]);
    expect(await found({ ...SHOP, 'addons/shop/views/shop.xml': outside })).toEqual([]);
  });
});

describe('CSV', () => {
  it('is read with the place of each value, across quotes and lines', () => {
    const rows = readCsv('a,"b ""x"", y"\r\n\r\n"one\ntwo",c\r\n');

    expect(
      rows.map(({ line, cells }) => [line, ...cells.map((cell) => `${cell.line}:${cell.column} ${cell.text}`)]),
    ).toEqual([
      [1, '1:1 a', '1:3 b "x", y'],
      [3, '3:1 one\ntwo', '4:6 c'],
    ]);
    expect(readCsv(ACCESS)).toHaveLength(4);
  });
});
