/** Compose files: commands and variables of services, each with the binds of its service, wherever these are written. */
import { posix } from 'node:path';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { byDepth, cleanPath, entriesInText, type Mention, type Mount } from './mention.ts';

export interface ComposeFile {
  readonly file: string;
  readonly text: string;
}

interface Service {
  readonly file: string;
  readonly name: string;
  /** First and last line of the file that it stands on. */
  readonly lines: readonly [first: number, last: number];
  readonly binds: readonly Mount[];
}

/** An override names only what is other: a service has the binds of its namesakes in the files beside it, after its own. */
export const readCompose = (files: readonly ComposeFile[]): readonly Mention[] => {
  const services = files.flatMap(servicesOf);
  return files.flatMap(({ file, text }) =>
    services
      .filter((service) => service.file === file)
      .flatMap((service) => {
        const others = services.filter((other) => other !== service && isNamesake(other, service));
        const mounts = byDepth([service, ...others].flatMap(({ binds }) => binds));
        const [first, last] = service.lines;
        const own = text
          .split('\n')
          .slice(first - 1, last)
          .join('\n');
        return entriesInText(own)
          .filter((entries) => entries.length > 0)
          .map((entries) => ({
            file,
            entries: entries.map((entry) => ({ ...entry, line: entry.line + first - 1 })),
            mounts,
          }));
      }),
  );
};

const isNamesake = (one: Service, other: Service): boolean =>
  one.name === other.name && posix.dirname(one.file) === posix.dirname(other.file);

/** Services, and blocks that they are made of (`x-odoo: &odoo`). */
const servicesOf = ({ file, text }: ComposeFile): readonly Service[] => {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    logLevel: 'silent',
    uniqueKeys: false,
    // Pretty ones take time that grows with the square of a file that is wrong throughout.
    prettyErrors: false,
  });
  if (!isMap(document.contents)) return [];
  const services = document.contents.get('services', true);
  const blocks = document.contents.items.filter(({ key }) => isScalar(key) && String(key.value).startsWith('x-'));
  return [...(isMap(services) ? services.items : []), ...blocks].flatMap(({ key, value }) => {
    if (!isMap(value) || !value.range) return [];
    const [start, end] = value.range;
    const lines = [counter.linePos(start).line, counter.linePos(Math.max(start, end - 1)).line] as const;
    return [{ file, name: String(key), lines, binds: bindsOf(value, document, posix.dirname(file)) }];
  });
};

/** Of the service itself, or of the block that it takes over with `<<`. */
const bindsOf = (service: YAMLMap, document: Document, folder: string): readonly Mount[] => {
  const volumes = resolved(service.get('volumes', true), document);
  if (isSeq(volumes)) return volumes.items.flatMap((item) => bindOf(item, folder));
  const merged = service.items.find(({ key }) => isScalar(key) && String(key.value) === '<<')?.value;
  const block = resolved(merged, document);
  const taken = isMap(block) ? resolved(block.get('volumes', true), document) : undefined;
  return isSeq(taken) ? taken.items.flatMap((item) => bindOf(item, folder)) : [];
};

const resolved = (node: unknown, document: Document): unknown => (isAlias(node) ? node.resolve(document) : node);

/** `./addons:/mnt/extra-addons:ro`, or the long form. */
const bindOf = (item: unknown, folder: string): readonly Mount[] => {
  const words = isMap(item)
    ? [item.get('source'), item.get('target')]
    : isScalar(item)
      ? String(item.value).split(':')
      : [];
  const [from = '', to = ''] = words.map((word) => String(word ?? ''));
  return from.startsWith('.') && to.startsWith('/')
    ? [{ from: cleanPath(posix.join(folder, from)), to: cleanPath(to) }]
    : [];
};
