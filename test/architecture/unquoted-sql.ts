/** Finds names that go into a statement as they are. A reader of text, not of TypeScript: it takes what it cannot prove as unquoted. */

const STATEMENT = /\.(?:query|run)\(\s*`((?:[^`\\]|\\.)*)`/g;
const PART = /\$\{([^{}]*)\}/g;

const QUOTED = /^(?:quoteName|quoteText|pg\.escapeIdentifier)\(/;
/** A table of our own words, or one of its rows. */
const CONSTANT = /^[A-Z][A-Z0-9_]*(?:\[\w+\])?$/;
/** `role === null ? 'false' : 'true'` */
const CHOICE = /\?\s*'[^']*'\s*:\s*'[^']*'$/;
const NAME = /^[a-z]\w*$/i;

/** `const name = …;` that is made of quoted names and our own words, or `name: 'DATABASE' | 'ROLE'`. */
const isMadeSafely = (source: string, name: string): boolean => {
  const value = new RegExp(`\\bconst ${name}(?:: [^=]+)? =\\s*([^;]*);`).exec(source)?.[1];
  if (value !== undefined) {
    const left = value.replace(/quote(?:Name|Text)\((?:[^()]|\([^()]*\))*\)/g, "''");
    return !/\$\{(?!'')/.test(left) && (/quote(?:Name|Text)\(/.test(value) || /['`]/.test(value));
  }
  return new RegExp(`\\b${name}: '[A-Z ]+'(?: \\| '[A-Z ]+')*`).test(source);
};

export const unquotedParts = (source: string): readonly string[] =>
  [...source.matchAll(STATEMENT)]
    .flatMap(([, text = '']) => [...text.matchAll(PART)])
    .map(([, part = '']) => part.trim())
    .filter((part) => !QUOTED.test(part) && !CONSTANT.test(part) && !CHOICE.test(part))
    .filter((part) => !(NAME.test(part) && isMadeSafely(source, part)));
