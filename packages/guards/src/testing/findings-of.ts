import type { Finding, Guard, GuardContext } from '../guard.ts';
import { treeOf } from '../memory-tree.ts';

/** What a guard finds in files that are written down in a test. */
export const findingsOf = async (
  guard: Guard,
  files: Readonly<Record<string, string | Buffer>>,
  more: Partial<GuardContext> = {},
): Promise<Finding[]> => {
  const context: GuardContext = { tree: treeOf(files), config: null, today: '2026-11-21', ...more };
  const found: Finding[] = [];
  for await (const finding of guard.check(context)) found.push(finding);
  return found;
};

/** As `rule file:line:column`. */
export const places = (findings: readonly Finding[]): string[] =>
  findings.map(({ rule, file, line, column }) => `${rule} ${file}:${line}:${column}`);
