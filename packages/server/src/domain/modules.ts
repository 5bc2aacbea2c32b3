import type { ModuleAction } from '@slipway/contracts/views';

/** One Odoo module as found in a repository; `hash` is over the content of all its files. */
export interface OdooModule {
  readonly name: string;
  /** Folder, relative to the repository root. */
  readonly path: string;
  readonly version: string | null;
  readonly depends: readonly string[];
  readonly installable: boolean;
  readonly autoInstall: boolean;
  /** SHA-256 over relative path and content of every file, in order. */
  readonly hash: string;
  /** SHA-256 by file, relative to the module: what classification compares. */
  readonly files: Readonly<Record<string, string>>;
}

/** What a database was last brought to: module name to content hash and file hashes. */
export type InstalledModules = Readonly<
  Record<
    string,
    { readonly hash: string; readonly version: string | null; readonly files: Readonly<Record<string, string>> }
  >
>;

export interface ModuleChange {
  readonly name: string;
  readonly action: ModuleAction;
  readonly why: string;
  readonly version: string | null;
}
