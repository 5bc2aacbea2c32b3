/** What a changed file of a module asks of a running Odoo: a table, first match wins. */

/**
 * `none`: Odoo never reads it · `restart`: read when Odoo starts · `test`: read only to run tests, which happens along with
 * an update · `update`: read only by `-u`.
 */
export type FileEffect = 'none' | 'restart' | 'test' | 'update';

export interface EffectRow {
  readonly pattern: RegExp;
  readonly effect: FileEffect;
  readonly why: string;
}

export const FILE_EFFECTS: readonly EffectRow[] = [
  {
    pattern: /^__manifest__\.py$/,
    effect: 'update',
    why: 'dependencies, data files and version are kept in the database',
  },
  { pattern: /^static\/description\/icon\.\w+$/, effect: 'update', why: 'menus keep a copy of the icon' },
  { pattern: /^static\/description\//, effect: 'none', why: 'shown in an app store, not by Odoo' },
  { pattern: /^static\//, effect: 'restart', why: 'asset bundles are keyed by path and modification time' },
  { pattern: /^tests\//, effect: 'test', why: 'imported only to run tests' },
  { pattern: /^controllers\/.*\.py$/, effect: 'restart', why: 'routes are made from code when Odoo starts' },
  { pattern: /^(doc|docs|readme)\//, effect: 'none', why: 'documentation' },
  { pattern: /\.pot$/, effect: 'none', why: 'a template for translators' },
  { pattern: /(^|\/)i18n(_extra)?\/.*\.po$/, effect: 'update', why: 'translations are loaded into the database' },
  {
    pattern: /\.(py|xml|csv|sql|po|json|html|js|css|scss)$/,
    effect: 'update',
    why: 'models, views, data, security, migrations',
  },
  {
    pattern: /(^|\/)(README|LICENSE|COPYING|CHANGELOG|CHANGES|HISTORY|AUTHORS|CONTRIBUTORS)[^/]*$/i,
    effect: 'none',
    why: 'documentation',
  },
  { pattern: /\.(md|rst|adoc)$/i, effect: 'none', why: 'documentation' },
  {
    pattern: /(^|\/)(requirements[^/]*\.txt|pyproject\.toml|\.[^/]+)$/,
    effect: 'none',
    why: 'for tools; the image build reads it',
  },
];

/** `path` is relative to the module. A file of an unknown kind may be read by a data file, so it counts as data. */
export const fileEffect = (path: string): FileEffect =>
  FILE_EFFECTS.find(({ pattern }) => pattern.test(path))?.effect ?? 'update';
