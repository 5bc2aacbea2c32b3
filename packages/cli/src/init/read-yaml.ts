import { parseAllDocuments } from 'yaml';

const MOST_CHARACTERS = 1024 * 1024;
const MOST_ALIASES = 100;

/**
 * The first document of a YAML file that is not ours, with anchors and merge keys resolved; null when it cannot be read.
 * Never throws: a file of a stranger is a doubt, not a failure. Aliases are counted, so that a few lines cannot stand for gigabytes.
 */
export const readYaml = (text: string): unknown => {
  if (text.length > MOST_CHARACTERS) return null;
  try {
    const documents = parseAllDocuments(text, {
      merge: true,
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
    });
    const first = 'empty' in documents ? undefined : documents[0];
    return first === undefined || first.errors.length > 0 ? null : first.toJS({ maxAliasCount: MOST_ALIASES });
  } catch {
    // Too many aliases, or nested deeper than the stack.
    return null;
  }
};
