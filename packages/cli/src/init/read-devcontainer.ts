import { parse } from 'jsonc-parser';
import { type Facts, facts, type Mount } from './found.ts';
import { isMapping, isSecretName, listAt, mappingAt, plainDefault, textAt, VARIABLE_NAME } from './values.ts';

export const isDevcontainer = (path: string): boolean =>
  /(^|\/)\.devcontainer(\/[^/]+)?\/devcontainer\.json$|(^|\/)\.devcontainer\.json$/.test(path);

const MOST_CHARACTERS = 256 * 1024;

/** `source=${localWorkspaceFolder}/addons,target=/mnt/extra-addons,type=bind` */
const mountOf = (mount: unknown): Mount[] => {
  const pairs = typeof mount === 'string' ? mount.split(',').map((pair) => pair.split('=')) : [];
  const of = (key: string) => (isMapping(mount) ? textAt(mount, key) : pairs.find(([name]) => name === key)?.[1]);
  const folder = /^\$\{localWorkspaceFolder\}\/?(.*)$/.exec(of('source') ?? '')?.[1];
  const inside = of('target');
  return folder === undefined || !inside?.startsWith('/') || folder.includes('..')
    ? []
    : [{ folder: folder || '.', inside }];
};

/** JSON with comments and commas at the end of lists, as editors write it. */
export const readDevcontainer = (file: string, text: string): Facts => {
  const unread = facts(file, { doubts: [`${file} cannot be read as JSON with comments.`] });
  if (text.length > MOST_CHARACTERS) return unread;
  let data: unknown;
  try {
    data = parse(text, [], { allowTrailingComma: true });
  } catch {
    // Nested deeper than the stack.
    return unread;
  }
  if (!isMapping(data)) return unread;
  const variables = ['containerEnv', 'remoteEnv'].flatMap((key) => {
    const values = mappingAt(data, key);
    return Object.keys(values)
      .filter((name) => VARIABLE_NAME.test(name) && !/^(PATH|HOME|PG[A-Z]*)$/.test(name))
      .map((name) => {
        const value = plainDefault(name, textAt(values, name));
        return {
          name,
          ...(value === undefined ? {} : { default: value }),
          required: false,
          secret: isSecretName(name),
          source: 'file' as const,
          stages: ['development' as const],
        };
      });
  });
  const image = textAt(data, 'image');
  return facts(file, {
    images: image !== undefined && /(^|\/)odoo([:@]|$)/.test(image) ? [image] : [],
    mounts: listAt(data, 'mounts').flatMap(mountOf),
    variables,
  });
};
