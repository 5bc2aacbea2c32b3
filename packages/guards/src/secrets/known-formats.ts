/** Secrets that are known by their form: secretlint's recommended rules, and a few forms that this field meets and they lack. */
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { isMadeUp, isPlaceholder } from '../placeholder.ts';

export interface Spot {
  /** What it is, without the value. */
  readonly what: string;
  readonly start: number;
  readonly end: number;
  /** A password of an address: in tests, these are made up as others are. */
  readonly isAddress?: boolean;
}

/** What is used of a rule of theirs; the package that has their types is one that they only develop with. */
interface Scanner {
  readonly meta: { readonly id: string; readonly type: 'scanner' | 'filter' };
  create(context: ScannerContext, options: object): { file?(source: object): void | Promise<void> };
}
interface ScannerContext {
  readonly sharedOptions: object;
  createTranslator(): (messageId: string) => { readonly messageId: string };
  ignore(): void;
  report(found: { readonly message: { readonly messageId: string }; readonly range: Hit['range'] }): void;
}
interface Hit {
  readonly rule: string;
  readonly message: string;
  readonly range: readonly [number, number];
}

/**
 * Their rules without their runner: it marks every step in the process' own performance log, which it never empties (600 MB after
 * 25,000 files, seven times slower). Filters are left out: what is allowed is said in our words, with a reason.
 */
const scanners = (rules as readonly Scanner[]).filter(({ meta }) => meta.type === 'scanner');

const runRules = async (path: string, text: string): Promise<readonly Hit[]> => {
  const hits: Hit[] = [];
  const position = { line: 1, column: 0 };
  const source = {
    content: text,
    hasBOM: false,
    filePath: path,
    ext: `.${path.split('.').at(-1)}`,
    contentType: 'text' as const,
    indexToPosition: () => position,
    locationToRange: (): [number, number] => [0, 0],
    rangeToLocation: () => ({ start: position, end: position }),
    positionToIndex: () => 0,
  };
  for (const scanner of scanners) {
    const context: ScannerContext = {
      sharedOptions: {},
      // What they would say repeats the value.
      createTranslator: () => (messageId) => ({ message: '', messageId, data: {} }),
      ignore: () => {},
      report: ({ message, range }) => hits.push({ rule: scanner.meta.id, message: message.messageId, range }),
    };
    await scanner.create(context, {}).file?.(source);
  }
  return hits;
};

const OWN: readonly (readonly [what: string, form: RegExp])[] = [
  ['a live key of Stripe', /\b[sr]k_live_[0-9A-Za-z]{16,247}/g],
  ['a token of DigitalOcean', /\bdo[opr]_v1_[0-9a-f]{64}\b/g],
  ['a token of Supabase', /\bsbp_[0-9a-f]{40}\b/g],
  ['a signing secret of a webhook', /\bwhsec_[0-9A-Za-z+/=]{24,128}/g],
  ['a key of Google', /\bAIza[0-9A-Za-z_-]{35}\b/g],
  ['a private key', /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY-----\s*[A-Za-z0-9+/=]{40}/g],
];

const LONG = 20;
const IN_KEYS = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-')
  IN_KEYS[character.charCodeAt(0)] = 1;

/** Whether a run of characters is as long as a key. Counted by hand: as an expression it took a third of the time of the guard. */
const hasLongRun = (text: string): boolean => {
  let run = 0;
  for (let at = 0; at < text.length; at += 1) {
    run = IN_KEYS[text.charCodeAt(at)] === 1 ? run + 1 : 0;
    if (run === LONG) return true;
  }
  return false;
};

/** Every known form is long, or an address with a password: most files have neither, and are done here. */
const isWorthwhile = (text: string): boolean =>
  text.includes('PRIVATE KEY') || (text.includes('://') && text.includes('@')) || hasLongRun(text);

/** `aws: AWSSecretAccessKey`. */
const named = (rule: string, message: string): string => `${rule.replace(/^.*secretlint-rule-/, '')}: ${message}`;

/** Rules that know an address with a password in it by its form alone, whatever the password is. */
const ADDRESSES = /basicauth|connection-string/;

/** Only the password of the address, where it is one that somebody made up. */
const passwordIn = (text: string, { what, start, end }: Spot): readonly Spot[] => {
  const [, before = '', password = ''] =
    /^([^@]{0,200}?:\/\/[^:@/\s]{0,200}:)([^@\s]{1,200})@/.exec(text.slice(start, end)) ?? [];
  const at = start + before.length;
  // A sentence is what documentation puts there.
  return password.includes('%20') || isPlaceholder(password) || !isMadeUp(password)
    ? []
    : [{ what, start: at, end: at + password.length, isAddress: true }];
};

export const knownFormats = async (path: string, text: string): Promise<readonly Spot[]> => {
  if (!isWorthwhile(text)) return [];
  const own = OWN.flatMap(([what, form]) =>
    [...text.matchAll(form)].map((found) => ({ what, start: found.index, end: found.index + found[0].length })),
  );
  const theirs = (await runRules(path, text)).flatMap(({ rule, message, range: [start, end] }) => {
    const spot = { what: named(rule, message), start, end };
    return ADDRESSES.test(rule) ? passwordIn(text, spot) : [spot];
  });
  return [...own, ...theirs];
};
