import type { Command as Commander } from 'commander';

/** What may follow a path of words: sub-commands and options. */
export interface Completion {
  /** `` for the root, `preview`, `preview open`. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly says: string }[];
}

const LETTERS = /^[a-z0-9-]+$/;

/** Commander's tree as lists of words. */
export const completions = (program: Commander): readonly Completion[] => {
  const global = program.options.map((option) => ({ word: option.long ?? '', says: option.description }));
  const visit = (command: Commander, path: readonly string[]): Completion[] => {
    const children = command.commands.map((child) => ({ word: child.name(), says: child.description() }));
    const own = command.options.map((option) => ({ word: option.long ?? '', says: option.description }));
    const options = command === program ? global : [...own, ...global];
    const words = [...children, ...options, { word: '--help', says: 'show help' }];
    const safe = words.filter(({ word }) => LETTERS.test(word));
    return [
      { path: path.join(' '), words: safe },
      ...command.commands.flatMap((child) => visit(child, [...path, child.name()])),
    ];
  };
  return visit(program, []);
};
