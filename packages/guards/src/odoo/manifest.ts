import { Failure } from '@slipway/contracts/failure';
import { type PythonDict, type PythonValue, parsePythonLiteral } from './python-literal.ts';

/** What Slipway needs of a `__manifest__.py`. */
export interface Manifest {
  readonly name: string;
  /** As written; null when there is none (Odoo then takes 1.0). */
  readonly version: string | null;
  /** `base` when none is named, as in Odoo. */
  readonly depends: readonly string[];
  readonly installable: boolean;
  readonly autoInstall: boolean;
  readonly license: string | null;
  readonly externalDependencies: { readonly python: readonly string[]; readonly bin: readonly string[] };
  readonly data: readonly string[];
  readonly demo: readonly string[];
  /** Names of the asset bundles that the module adds to. */
  readonly assets: readonly string[];
}

/** Reads a manifest's text; `file` is for messages. Throws Failure `manifest-invalid` with file, line and reason. */
export const parseManifest = (text: string, file: string): Manifest => {
  const parsed = parsePythonLiteral(text);
  if (!parsed.ok) throw invalid(file, parsed.line, `${parsed.reason} (column ${parsed.column})`);
  const dict = parsed.value;
  if (!(dict instanceof Map)) throw invalid(file, 1, 'it is not a dictionary');
  const fields = new Fields(dict, file, parsed.lines);
  const depends = fields.texts('depends');
  return {
    name: fields.text('name') ?? '',
    version: fields.text('version'),
    depends: depends.length > 0 || isBase(file) ? depends : ['base'],
    installable: fields.flag('installable', true),
    autoInstall: fields.autoInstall(),
    license: fields.text('license'),
    externalDependencies: fields.external(),
    data: fields.texts('data'),
    demo: fields.texts('demo'),
    assets: fields.keys('assets'),
  };
};

const isBase = (file: string): boolean => /(^|\/)base\/[^/]+$/.test(file);
const invalid = (file: string, line: number, reason: string): Failure =>
  new Failure('manifest-invalid', { file, line, reason });

class Fields {
  readonly #dict: PythonDict;
  readonly #file: string;
  readonly #lines: ReadonlyMap<PythonValue, number>;
  constructor(dict: PythonDict, file: string, lines: ReadonlyMap<PythonValue, number>) {
    this.#dict = dict;
    this.#file = file;
    this.#lines = lines;
  }

  text(key: string): string | null {
    const value = this.#dict.get(key) ?? null;
    return value === null || typeof value === 'string' ? value : this.#wrong(key, 'a text');
  }

  texts(key: string): readonly string[] {
    return this.#texts(key, this.#dict.get(key) ?? []);
  }

  /** Odoo takes anything that is true in Python, so 1 and 0 occur. */
  flag(key: string, otherwise: boolean): boolean {
    const value = this.#dict.get(key) ?? otherwise;
    return typeof value === 'boolean' || typeof value === 'number' ? Boolean(value) : this.#wrong(key, 'True or False');
  }

  /** True, or a list of the dependencies that are enough. */
  autoInstall(): boolean {
    const value = this.#dict.get('auto_install') ?? false;
    return Array.isArray(value) ? true : this.flag('auto_install', false);
  }

  keys(key: string): readonly string[] {
    const value = this.#dict.get(key) ?? new Map();
    return value instanceof Map ? this.#texts(key, [...value.keys()]) : this.#wrong(key, 'a dictionary');
  }

  external(): Manifest['externalDependencies'] {
    const value = this.#dict.get('external_dependencies') ?? new Map();
    if (!(value instanceof Map)) return this.#wrong('external_dependencies', 'a dictionary');
    const list = (key: string) => this.#texts('external_dependencies', value.get(key) ?? []);
    return { python: list('python'), bin: list('bin') };
  }

  #texts(key: string, value: PythonValue): readonly string[] {
    return Array.isArray(value) && value.every((item): item is string => typeof item === 'string')
      ? value
      : this.#wrong(key, 'a list of texts');
  }

  #wrong(key: string, wanted: string): never {
    throw invalid(this.#file, this.#lines.get(key) ?? 1, `"${key}" must be ${wanted}`);
  }
}
