/** Secrets that are known by their form: secretlint's recommended rules, and a few forms that this field meets and they lack. */
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

export interface Spot {
  /** What it is, without the value. */
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

const OPTIONS: Parameters<typeof lintSource>[0]['options'] = {
  noPhysicFilePath: true,
  config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] },
};

const OWN: readonly (readonly [what: string, form: RegExp])[] = [
  ['a live key of Stripe', /\b[sr]k_live_[0-9A-Za-z]{16,247}/g],
  ['a token of DigitalOcean', /\bdo[opr]_v1_[0-9a-f]{64}\b/g],
  ['a token of Supabase', /\bsbp_[0-9a-f]{40}\b/g],
  ['a signing secret of a webhook', /\bwhsec_[0-9A-Za-z+/=]{24,128}/g],
  ['a key of Google', /\bAIza[0-9A-Za-z_-]{35}\b/g],
  ['a private key', /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY-----\s*[A-Za-z0-9+/=]{40}/g],
];

/** Every known form is long, or an address with a password: most files have neither, and are done here. */
const HINT = /[A-Za-z0-9+/_=-]{20}|:\/\/[^\s/@]{1,200}@|PRIVATE KEY/;

/** `AWSSecretAccessKey` → `AWS secret access key`. */
const named = (rule: string, message: string): string => {
  const plain = message.replaceAll('_', ' ').replace(/([a-z])([A-Z])/g, '$1 $2');
  return `${rule.replace(/^.*secretlint-rule-/, '')}: ${plain}`;
};

export const knownFormats = async (path: string, text: string): Promise<readonly Spot[]> => {
  if (!HINT.test(text)) return [];
  const own = OWN.flatMap(([what, form]) =>
    [...text.matchAll(form)].map((found) => ({ what, start: found.index, end: found.index + found[0].length })),
  );
  const source = { filePath: path, content: text, ext: `.${path.split('.').at(-1)}`, contentType: 'text' } as const;
  const { messages } = await lintSource({ source, options: OPTIONS });
  const theirs = messages.map(({ ruleId, messageId, range }) => ({
    what: named(ruleId, messageId),
    start: range[0],
    end: range[1],
  }));
  return [...own, ...theirs];
};
