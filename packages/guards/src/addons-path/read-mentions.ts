/** Every place of a repository that says what Odoo's addons path is. Files are read as text, so that each path has its place. */
import { findNodeAtLocation, getNodeValue, parseTree } from 'jsonc-parser';
import { isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { GuardContext } from '../guard.ts';
import type { Tree } from '../tree.ts';
import { byDepth, cleanPath, type Entry, entriesInText, entriesOf, type Mention, type Mount } from './mention.ts';
import { type ComposeFile, readCompose } from './read-compose.ts';

type Reader = (file: string, text: string) => readonly Mention[];

const mention = (
  file: string,
  lists: readonly (readonly Entry[])[],
  mounts: readonly Mount[] = [],
): readonly Mention[] =>
  lists.filter((entries) => entries.length > 0).map((entries) => ({ file, entries, mounts: byDepth(mounts) }));

/** `addons_path = a,b`, where the rest of the list may stand on lines that are indented. */
const readConf: Reader = (file, text) => {
  if (!/^[ \t]*\[options\]/m.test(text)) return [];
  const entries: Entry[] = [];
  let inside = false;
  for (const [i, line] of text.split('\n').entries()) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue;
    const start = /^\s*addons_path\s*[=:]\s*/.exec(line);
    inside = start !== null || (inside && /^\s/.test(line));
    if (!inside) continue;
    const from = start?.[0].length ?? 0;
    entries.push(...entriesOf(line.slice(from), i + 1, from + 1));
  }
  return mention(file, [entries]);
};

const COPY = /^[ \t]*(?:COPY|ADD)[ \t]+((?:--\S+[ \t]+)*)(\S+)[ \t]+(\S+)[ \t]*$/gim;

/** A Dockerfile's own copies say which folder is where; without a WORKDIR only absolute targets can be known. */
const readDockerfile: Reader = (file, text) => {
  const mounts = [...text.matchAll(COPY)]
    .filter(([, options = '', , to = '']) => !options.includes('--from') && to.startsWith('/'))
    .map(([, , from = '', to = '']) => ({ from: cleanPath(from.replace(/^\//, '')), to: cleanPath(to) }));
  return mention(file, entriesInText(text), mounts);
};

const MOST_BRACKETS = 1000;
/** Variables and commands; comments are allowed. The workspace is where the repository is. */
const readDevcontainer: Reader = (file, text) => {
  // The parser calls itself for each bracket.
  if (text.split(/[[{]/).length > MOST_BRACKETS) return [];
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return [];
  const folder = findNodeAtLocation(root, ['workspaceFolder']);
  const workspace = folder === undefined ? null : String(getNodeValue(folder));
  const mounts = workspace?.startsWith('/') ? [{ from: '', to: cleanPath(workspace) }] : [];
  const lists = entriesInText(text).map((entries) =>
    entries.map((entry) => ({
      ...entry,
      text: entry.text.replace(/^\$\{(?:container|local)WorkspaceFolder\}\/?/, './'),
    })),
  );
  return mention(file, lists, mounts);
};

/** `- key: ADDONS_PATH` with `value:` beside it, and run commands. */
const readAppSpec: Reader = (file, text) => {
  const lines = text.split('\n');
  const values = lines.flatMap((line, i) => {
    if (!/^\s*(?:-\s*)?key:\s*["']?(?:ODOO_)?ADDONS_PATH["']?\s*$/.test(line)) return [];
    for (let at = i + 1; at < Math.min(lines.length, i + 5) && !/^\s*-/.test(lines[at] ?? ''); at += 1) {
      const found = /^(\s*value:\s*["']?)([^"'#]+)/.exec(lines[at] ?? '');
      if (found !== null) return [entriesOf(found[2] ?? '', at + 1, (found[1]?.length ?? 0) + 1)];
    }
    return [];
  });
  return mention(file, [...entriesInText(text), ...values]);
};

const READERS: readonly (readonly [pattern: RegExp, read: Reader])[] = [
  [/(?:^|\/)\.?devcontainer(?:\/[^/]+)?(?:\/devcontainer)?\.json$/, readDevcontainer],
  [/(?:^|\/)\.do\/[^/]+\.ya?ml$|(?:^|\/)app[\w.-]*\.ya?ml$/, readAppSpec],
  [/\.conf(?:\.\w+)?$/, readConf],
  [/(?:^|\/)(?:Dockerfile[\w.-]*|[\w.-]+\.Dockerfile)$/, readDockerfile],
];

/** What is larger was not written by a person, and says nothing of an addons path. */
const MOST_BYTES = 256 * 1024;
const COMPOSE = /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/;

/** By file; slipway.yaml is not among them. Files inside of modules say nothing of the repository. */
export const readMentions = async (
  tree: Tree,
  isModuleFile: (path: string) => boolean,
): Promise<readonly Mention[]> => {
  const all: Mention[] = [];
  const compose: ComposeFile[] = [];
  for (const { path, bytes } of tree.files) {
    const read = READERS.find(([pattern]) => pattern.test(path))?.[1];
    if ((read === undefined && !COMPOSE.test(path)) || isModuleFile(path)) continue;
    const text = bytes > MOST_BYTES ? undefined : (await tree.text(path))?.replace(/\r\n?/g, '\n');
    if (text === undefined) continue;
    if (read === undefined) compose.push({ file: path, text });
    else all.push(...read(path, text));
  }
  return [...all, ...readCompose(compose)].sort((one, other) => (one.file < other.file ? -1 : 1));
};

/** What slipway.yaml says; null when it says nothing, since the default needs no check. */
export const configMention = async ({ tree, config }: GuardContext): Promise<Mention | null> => {
  const text = config === null ? null : await tree.text(config.file);
  if (config === null || text === null) return null;
  const counter = new LineCounter();
  const addons = parseDocument(text, { lineCounter: counter, logLevel: 'silent', prettyErrors: false }).getIn(
    ['odoo', 'addons'],
    true,
  );
  if (!isSeq(addons)) return null;
  const entries = addons.items.flatMap((item) => {
    if (!isScalar(item) || !item.range) return [];
    const { line, col } = counter.linePos(item.range[0]);
    return [{ text: String(item.value), line, column: col }];
  });
  return { file: config.file, entries, mounts: [] };
};
