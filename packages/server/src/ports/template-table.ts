/** Ready templates by key: which database, and what is installed in it. */
export interface TemplateTable {
  ready(key: string): Promise<boolean>;
  /** Waits its turn to build a template that another run may be building; the lock is held while `build` runs. */
  withLock<T>(key: string, signal: AbortSignal, build: () => Promise<T>): Promise<T>;
  /** `installed` is the content hash by module, kept for classification. */
  save(template: {
    readonly key: string;
    readonly project: string;
    readonly database: string;
    readonly image: string;
    readonly series: string;
  }): Promise<void>;
  touch(key: string): Promise<void>;
}
