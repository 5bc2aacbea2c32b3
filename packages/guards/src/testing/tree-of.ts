/** A tree of files that are written down in a test. */
import type { Finding, Guard, GuardContext } from '../guard.ts';
import type { Tree } from '../tree.ts';

export const treeOf = (files: Readonly<Record<string, string | Buffer>>): Tree => {
  const bytes = (path: string): Buffer | null => {
    const content = files[path];
    return content === undefined ? null : Buffer.from(content);
  };
  return {
    files: Object.keys(files)
      .sort()
      .map((path) => ({ path, bytes: bytes(path)?.length ?? 0 })),
    read: async (path) => bytes(path),
    text: async (path) => {
      const content = bytes(path);
      if (content === null || content.includes(0)) return null;
      const text = content.toString('utf8');
      return text.includes('\ufffd') ? null : text;
    },
  };
};

/** What a guard finds in files, as `rule file:line:column`. */
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

export const places = (findings: readonly Finding[]): string[] =>
  findings.map(({ rule, file, line, column }) => `${rule} ${file}:${line}:${column}`);
