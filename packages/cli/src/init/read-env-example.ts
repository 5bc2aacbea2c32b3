import { type Facts, type FoundVariable, facts } from './found.ts';
import { isSecretName, plainDefault, VARIABLE_NAME } from './values.ts';

/** Only examples are read: a real `.env` holds secrets. */
export const isEnvExample = (path: string): boolean => /(^|\/)\.?env\.(example|sample|dist|template)$/.test(path);

const MOST_LINES = 2000;
const MOST_CHARACTERS = 1000;

/** `value # comment`; in quotes a # is one. */
const withoutComment = (text: string): string => (/^["']/.test(text) ? text : (text.split(/\s#/)[0] ?? '').trim());

export const readEnvExample = (file: string, text: string): Facts => {
  const variables = text
    .split(/\r?\n/)
    .slice(0, MOST_LINES)
    .flatMap((line): FoundVariable[] => {
      if (line.length > MOST_CHARACTERS) return [];
      const [, name = '', raw = ''] = /^(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)$/.exec(line.trim()) ?? [];
      if (!VARIABLE_NAME.test(name)) return [];
      const value = plainDefault(name, withoutComment(raw.trim()).replace(/^(["'])(.*)\1$/, '$2'));
      return [
        {
          name,
          ...(value === undefined ? {} : { default: value }),
          required: false,
          secret: isSecretName(name),
          source: 'file',
          stages: ['development'],
        },
      ];
    });
  return facts(file, { variables });
};
