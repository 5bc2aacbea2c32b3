/** Every place of a repository that says what Odoo's addons path is. Files are read as text, so that each path has its place. */
import { posix } from 'node:path';
import { findNodeAtLocation, getNodeValue, parseTree } from 'jsonc-parser';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { GuardContext } from '../guard.ts';
import type { Tree } from '../tree.ts';
import { byDepth, cleanPath, type Entry, entriesInText, entriesOf, type Mention, type Mount } from './mention.ts';

type Reader = (file: string, text: string) => readonly Mention[];

const mention = (
  file: string,
  lists: readonly (readonly Entry[])[],
  mounts: readonly Mount[] = [],
): readonly Mention[] =>
  lists.filter((entries) => entries.length > 0).map((entries) => ({ file, entries, mounts: byDepth(mounts) }));

/** `addons_path = a,b`, where the rest of the list may stand on lines that are indented. */
const readConf: Reader = (file, text) => {
  if (!/^\s*\[options\]/m.test(text)) return [];
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

const COPY = /^\s*(?:COPY|ADD)\s+((?:--\S+\s+)*)(\S+)\s+(\S+)\s*$/gim;

/** A Dockerfile's own copies say which folder is where; without a WORKDIR only absolute targets can be known. */
const readDockerfile: Reader = (file, text) => {
  const mounts = [...text.matchAll(COPY)]
    .filter(([, options = '', , to = '']) => !options.includes('--from') && to.startsWith('/'))
    .map(([, , from = '', to = '']) => ({ from: cleanPath(from.replace(/^\//, '')), to: cleanPath(to) }));
  return mention(file, entriesInText(text), mounts);
};

/** Binds of one service: `./addons:/mnt/extra-addons:ro`, or the long form. */
const bindsOf = (service: unknown, folder: string): readonly Mount[] => {
  if (!isMap(service)) return [];
  const volumes = service.get('volumes', true);
  if (!isSeq(volumes)) return [];
  return volumes.items.flatMap((item) => {
    const [from, to] = isScalar(item)
      ? String(item.value).split(':')
      : isMap(item)
        ? [String(item.get('source') ?? ''), String(item.get('target') ?? '')]
        : [];
    return from?.startsWith('.') && to?.startsWith('/')
      ? [{ from: cleanPath(posix.join(folder, from)), to: cleanPath(to) }]
      : [];
  });
};

/** Each service has its own binds, and is read as the text between its key and the next one. */
const readCompose: Reader = (file, text) => {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, logLevel: 'silent', uniqueKeys: false });
  const services = document.get('services', true);
  if (!isMap(services)) return [];
  return services.items.flatMap(({ value }) => {
    if (!isMap(value) || !value.range) return [];
    const { line } = counter.linePos(value.range[0]);
    const own = text.split('\n').slice(line - 1, counter.linePos(Math.max(value.range[0], value.range[1] - 1)).line);
    const lists = entriesInText(own.join('\n')).map((entries) =>
      entries.map((entry) => ({ ...entry, line: entry.line + line - 1 })),
    );
    return mention(file, lists, bindsOf(value, posix.dirname(file)));
  });
};

/** Variables and commands; comments are allowed. The workspace is where the repository is. */
const readDevcontainer: Reader = (file, text) => {
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
  [/(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/, readCompose],
  [/(?:^|\/)\.?devcontainer(?:\/[^/]+)?(?:\/devcontainer)?\.json$/, readDevcontainer],
  [/(?:^|\/)\.do\/[^/]+\.ya?ml$|(?:^|\/)app[\w.-]*\.ya?ml$/, readAppSpec],
  [/\.conf(?:\.\w+)?$/, readConf],
  [/(?:^|\/)(?:Dockerfile[\w.-]*|[\w.-]+\.Dockerfile)$/, readDockerfile],
];

/** In the order of the tree; slipway.yaml is not among them. Files inside of modules say nothing of the repository. */
export const readMentions = async (
  tree: Tree,
  isModuleFile: (path: string) => boolean,
): Promise<readonly Mention[]> => {
  const all: Mention[] = [];
  for (const { path } of tree.files) {
    const read = READERS.find(([pattern]) => pattern.test(path))?.[1];
    if (read === undefined || isModuleFile(path)) continue;
    const text = await tree.text(path);
    if (text !== null) all.push(...read(path, text.replace(/\r\n?/g, '\n')));
  }
  return all;
};

/** What slipway.yaml says; null when it says nothing, since the default needs no check. */
export const configMention = async ({ tree, config }: GuardContext): Promise<Mention | null> => {
  const text = config === null ? null : await tree.text(config.file);
  if (config === null || text === null) return null;
  const counter = new LineCounter();
  const addons = parseDocument(text, { lineCounter: counter, logLevel: 'silent' }).getIn(['odoo', 'addons'], true);
  if (!isSeq(addons)) return null;
  const entries = addons.items.flatMap((item) => {
    if (!isScalar(item) || !item.range) return [];
    const { line, col } = counter.linePos(item.range[0]);
    return [{ text: String(item.value), line, column: col }];
  });
  return { file: config.file, entries, mounts: [] };
};
