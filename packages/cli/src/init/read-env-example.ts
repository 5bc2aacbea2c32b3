import { type Facts, type FoundVariable, facts } from './found.ts';
import { isSecretName, plainDefault, VARIABLE_NAME } from './values.ts';

/** Only examples are read: a real `.env` holds secrets. */
export const isEnvExample = (path: string): boolean => /(^|\/)\.?env\.(example|sample|dist|template)$/.test(path);

const MOST_LINES = 2000;

export const readEnvExample = (file: string, text: string): Facts => {
  const variables = text
    .split(/\r?\n/)
    .slice(0, MOST_LINES)
    .flatMap((line): FoundVariable[] => {
      const [, name = '', raw = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (!VARIABLE_NAME.test(name)) return [];
      const value = plainDefault(name, raw.replace(/^(["'])(.*)\1$/, '$2').replace(/\s+#.*$/, ''));
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
