/** Keys and plain values of one manifest. */
import type { Finding } from '../guard.ts';
import type { PythonValue } from '../odoo/python-literal.ts';
import type { SourceModule } from './read-modules.ts';
import { find } from './rules.ts';

/** The selection of `ir.module.module.license` in Odoo 19.0; the same since 14.0. */
const LICENSES = [
  'GPL-2',
  'GPL-2 or any later version',
  'GPL-3',
  'GPL-3 or any later version',
  'AGPL-3',
  'LGPL-3',
  'Other OSI approved licence',
  'OEEL-1',
  'OPL-1',
  'Other proprietary',
];
const REQUIRED = ['name', 'license', 'author'];
const ADVISED = ['version', 'depends', 'category'];

const isText = (value: PythonValue): boolean => typeof value === 'string';
const isTexts = (value: PythonValue): boolean => Array.isArray(value) && value.every(isText);
const isDict = (value: PythonValue): boolean => value instanceof Map;
const isFlag = (value: PythonValue): boolean => typeof value === 'boolean' || value === 0 || value === 1;
const KINDS: Readonly<Record<string, readonly [(value: PythonValue) => boolean, string]>> = {
  name: [isText, 'a text'],
  version: [isText, 'a text'],
  license: [isText, 'a text'],
  category: [isText, 'a text'],
  author: [(value) => isText(value) || isTexts(value), 'a text'],
  depends: [isTexts, 'a list of texts'],
  data: [isTexts, 'a list of texts'],
  demo: [isTexts, 'a list of texts'],
  assets: [(value) => value instanceof Map && [...value.values()].every(Array.isArray), 'a dictionary of lists'],
  external_dependencies: [
    (value) => value instanceof Map && ['python', 'bin'].every((key) => isTexts(value.get(key) ?? [])),
    'a dictionary of lists of texts',
  ],
  installable: [isFlag, 'True or False'],
  application: [isFlag, 'True or False'],
  auto_install: [(value) => isFlag(value) || isTexts(value), 'True, False or a list of texts'],
  ...Object.fromEntries(['images_preview_theme', 'new_page_templates'].map((key) => [key, [isDict, 'a dictionary']])),
};

export function* checkKeys(module: SourceModule, series: string): Iterable<Finding> {
  yield* wrongKinds(module);
  if (!module.installable) return;
  for (const key of [...REQUIRED, ...ADVISED]) {
    if (!isAbsent(module.dict.get(key))) continue;
    const rule = REQUIRED.includes(key) ? 'manifests/key-missing' : 'manifests/key-advised';
    const fix = `Add '${key}': ${EXAMPLES[key]?.replace('SERIES', series)}.`;
    yield find(rule, module.place(module.dict.has(key) ? [key] : []), `has no ${key}`, fix);
  }
  yield* wrongLicense(module);
  yield* wrongVersion(module, series);
}

const isAbsent = (value: PythonValue | undefined): boolean => value === undefined || value === null || value === '';
const EXAMPLES: Readonly<Record<string, string>> = {
  name: "'What the module does'",
  license: "'LGPL-3', or the one that is meant",
  author: "'Who wrote it'",
  version: "'SERIES.1.0.0'",
  depends: "['base'], or what it needs",
  category: "'Sales', or where it belongs",
};

function* wrongKinds(module: SourceModule): Iterable<Finding> {
  for (const [key, [fits, wanted]] of Object.entries(KINDS)) {
    const value = module.dict.get(key);
    if (value === undefined || value === null || fits(value)) continue;
    yield find('manifests/value-type', module.place([key]), `${key} is not ${wanted}`, `Make it ${wanted}.`);
  }
}

function* wrongLicense(module: SourceModule): Iterable<Finding> {
  const license = module.dict.get('license');
  if (typeof license !== 'string' || license === '' || LICENSES.includes(license)) return;
  const message = `the license ${JSON.stringify(license)} is not one that Odoo knows`;
  yield find('manifests/license-unknown', module.place(['license']), message, `Use one of: ${LICENSES.join(', ')}.`);
}

function* wrongVersion(module: SourceModule, series: string): Iterable<Finding> {
  const version = module.dict.get('version');
  if (typeof version !== 'string' || version === '') return;
  const at = module.place(['version']);
  const fix = `Write ${series}.x.y.z, such as ${series}.1.0.0.`;
  const shown = `the version ${JSON.stringify(version)}`;
  if (new RegExp(`^${series.replace('.', '\\.')}(?:\\.\\d+){3}$`).test(version)) return;
  if (/^\d+(?:\.\d+){1,2}$/.test(version) || (version.startsWith(`${series}.`) && /^\d+(?:\.\d+){2,4}$/.test(version)))
    yield find('manifests/version-short', at, `${shown} is not ${series}.x.y.z`, fix);
  else if (/^\d+(?:\.\d+){3,4}$/.test(version))
    yield find('manifests/version-invalid', at, `${shown} is for another series than ${series}`, fix);
  else yield find('manifests/version-invalid', at, `${shown} is not one that Odoo can read`, fix);
}
