import type { Completion } from './words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const listOf = (entry: Completion): string => entry.words.map(({ word }) => word).join(' ');

/** Single quotes are the only character that ends a single-quoted word, in all three shells. */
const quote = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

/** Words that are neither options nor their values, as far as one can know without the schema: those that name a command. */
const bash = (
  all: readonly Completion[],
): string => `# slipway completion for bash: slipway completion bash > /etc/bash_completion.d/slipway
_slipway() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${all
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      ${quote(path.includes(' ') ? path : ` ${path}`)}) path=${quote(path)} ;;`)
  .join('\n')}
    esac
  done
  case "$path" in
${all.map((entry) => `    ${quote(entry.path)}) words=${quote(listOf(entry))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _slipway slipway
`;

const zsh = (all: readonly Completion[]): string => `#compdef slipway
# slipway completion for zsh: slipway completion zsh > "\${fpath[1]}/_slipway"
_slipway() {
  local path_words="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_words $word" in
${all
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      (${quote(path.includes(' ') ? path : ` ${path}`)}) path_words=${quote(path)} ;;`)
  .join('\n')}
    esac
  done
  local -a choices
  case "$path_words" in
${all
  .map(
    (entry) =>
      `    (${quote(entry.path)}) choices=(${entry.words.map(({ word, says }) => quote(`${word}:${says.replace(/[:\\]/g, '\\$&')}`)).join(' ')}) ;;`,
  )
  .join('\n')}
  esac
  _describe 'slipway' choices
  _files
}
if [ "$funcstack[1]" = "_slipway" ]; then _slipway "$@"; else compdef _slipway slipway; fi
`;

const fishCondition = (path: string, all: readonly Completion[]): string => {
  if (path === '') return '__fish_use_subcommand';
  const words = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  // `init` is a command of its own, and the verb of `ci`: words alone do not tell which was typed.
  const nouns = all.flatMap((other) =>
    other.path.endsWith(` ${path}`) ? [other.path.slice(0, -path.length - 1)] : [],
  );
  const others = nouns.length === 0 ? [] : [`not __fish_seen_subcommand_from ${nouns.join(' ')}`];
  return [...words, ...others].join('; and ');
};

/** A noun offers its verbs only until one was typed. */
const fishLines = (entry: Completion, all: readonly Completion[]): string[] => {
  const verbs = all.flatMap(({ path }) =>
    entry.path !== '' && path.startsWith(`${entry.path} `) ? [path.slice(entry.path.length + 1)] : [],
  );
  const before = verbs.length === 0 ? '' : `; and not __fish_seen_subcommand_from ${verbs.join(' ')}`;
  const condition = quote(fishCondition(entry.path, all) + before);
  return entry.words.map(({ word, says }) =>
    word.startsWith('--')
      ? `complete -c slipway -n ${condition} -l ${word.slice(2)} -d ${quote(says)}`
      : `complete -c slipway -f -n ${condition} -a ${word} -d ${quote(says)}`,
  );
};

const fish = (all: readonly Completion[]): string =>
  `# slipway completion for fish: slipway completion fish > ~/.config/fish/completions/slipway.fish\n${all
    .flatMap((entry) => fishLines(entry, all))
    .join('\n')}\n`;

const SCRIPTS: Readonly<Record<Shell, (all: readonly Completion[]) => string>> = { bash, zsh, fish };

export const completionScript = (shell: Shell, all: readonly Completion[]): string => SCRIPTS[shell](all);
