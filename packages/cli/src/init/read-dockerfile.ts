import { type Facts, facts, type Mount } from './found.ts';
import { folderIn, folderOf } from './values.ts';

interface Instruction {
  readonly word: string;
  readonly rest: string;
  readonly line: number;
}

/** Instructions with their continued lines joined; comments between them are none. */
const instructionsOf = (text: string): readonly Instruction[] => {
  const found: Instruction[] = [];
  let open: { readonly text: string; readonly line: number } | undefined;
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#.*)?$/.test(raw)) continue;
    const more = /\\\s*$/.test(raw);
    const piece = raw.replace(/\\\s*$/, '').trim();
    open = open === undefined ? { text: piece, line: i + 1 } : { ...open, text: `${open.text} ${piece}` };
    if (more) continue;
    const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(open.text) ?? [];
    found.push({ word: word.toUpperCase(), rest, line: open.line });
    open = undefined;
  }
  return found;
};

/** `$ODOO_VERSION` with the default of its ARG. */
const filled = (text: string, defaults: ReadonlyMap<string, string>): string =>
  text.replace(
    /\$\{?([A-Za-z_]\w*)(?::-([^}]*))?\}?/g,
    (_, name: string, value?: string) => defaults.get(name) ?? value ?? '',
  );

const wordsIn = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** The words of each command of a RUN, from its program on: `DEBIAN_FRONTEND=x sudo apt-get …` is one of apt-get. */
const commandsIn = (rest: string): readonly (readonly string[])[] =>
  rest.split(/[;&|]/).map((command) => {
    const words = wordsIn(command);
    return words.slice(words.findIndex((word) => !/^(sudo$|--mount=|[A-Za-z_]\w*=)/.test(word)));
  });

/** Words rather than one pattern: a pattern with repetitions in it takes as long as a stranger likes. */
const packagesOf = (rest: string): readonly string[] =>
  commandsIn(rest).flatMap((words) => {
    const install = words.indexOf('install');
    if (install < 1 || !/^apt(-get)?$/.test(words[0] ?? '')) return [];
    return words
      .slice(install + 1)
      .map((word) => word.split('=')[0] ?? '')
      .filter((word) => /^[a-z0-9][a-z0-9+.-]+$/.test(word));
  });

/** What is known to be done by Slipway's own build, or to matter to a build only. */
const KNOWN = new Set(['apt', 'apt-get', 'pip', 'pip3', 'rm', 'mkdir', 'chown', 'chmod', 'set', 'true', 'cd', 'echo']);

const isKnown = (rest: string): boolean =>
  commandsIn(rest).every(
    ([program = '', ...words]) =>
      program === '' || KNOWN.has(program) || (/^python3?$/.test(program) && words[0] === '-m' && words[1] === 'pip'),
  );

const mountsOf = (base: string, rest: string): Mount[] => {
  if (/--from=/.test(rest)) return [];
  const words = wordsIn(rest.replace(/[[\]",]/g, ' ')).filter((word) => !word.startsWith('--'));
  const inside = words.at(-1);
  if (!inside?.startsWith('/')) return [];
  return words.slice(0, -1).flatMap((source) => {
    const folder = /[*?$]/.test(source) ? null : folderIn(base, source);
    return folder === null ? [] : [{ folder, inside: inside.replace(/(?<=.)\/$/, '') }];
  });
};

export const readDockerfile = (file: string, text: string): Facts => {
  const instructions = instructionsOf(text);
  const defaults = new Map<string, string>();
  for (const { word, rest } of instructions) {
    const [, name, value] = word === 'ARG' ? (/^(\w+)=["']?([^"'\s]*)/.exec(rest) ?? []) : [];
    if (name !== undefined && value !== undefined) defaults.set(name, value);
  }
  const of = (word: string) => instructions.filter((instruction) => instruction.word === word);
  const froms = of('FROM').map(({ rest }) => wordsIn(filled(rest, defaults)).filter((word) => !word.startsWith('--')));
  // `FROM odoo-base` may be a stage of this file.
  const stages = new Set(froms.map((words) => (/^as$/i.test(words[1] ?? '') ? words[2] : undefined)));
  const bases = froms.map(([image = '']) => image).filter((image) => !stages.has(image));
  if (!bases.some((image) => /odoo/.test(image))) return facts(file);
  const strange = of('RUN').filter(({ rest }) => !isKnown(rest));
  return facts(file, {
    images: bases.filter((image) => /odoo/.test(image)).slice(-1),
    mounts: [...of('COPY'), ...of('ADD')].flatMap(({ rest }) => mountsOf(folderOf(file), rest)),
    packages: of('RUN').flatMap(({ rest }) => packagesOf(rest)),
    doubts:
      strange.length === 0
        ? []
        : [
            `${file} does more than install packages (line ${strange.map(({ line }) => line).join(', ')}): Slipway does not run it. Build that image yourself and name it as odoo.image if it is needed.`,
          ],
  });
};
