import { type Facts, facts } from './found.ts';

export const isOdooConf = (path: string): boolean =>
  /(^|\/)(odoo|openerp|odoo-server)[\w.-]*\.(conf|cfg|rc)$/.test(path);

const entries = (text: string): readonly string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** `--addons-path=a,b` or `--addons-path a,b` of a command line. */
export const addonsPathOf = (words: readonly string[]): readonly string[] => {
  for (const [i, word] of words.entries()) {
    if (word.startsWith('--addons-path=')) return entries(word.slice('--addons-path='.length));
    if (word === '--addons-path') return entries(words[i + 1] ?? '');
  }
  return [];
};

/** Only the addons path is read: passwords stand in the same file. A value may go on over indented lines. */
export const readOdooConf = (file: string, text: string): Facts => {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^addons_path\s*[=:]/.test(line));
  if (start < 0) return facts(file);
  const value = [(lines[start] ?? '').replace(/^addons_path\s*[=:]/, '')];
  for (const line of lines.slice(start + 1)) {
    if (!/^\s+\S/.test(line)) break;
    if (!/^\s*[#;]/.test(line)) value.push(line);
  }
  return facts(file, { addonsPath: entries(value.join(' ').replace(/\s+/g, ' ')) });
};
