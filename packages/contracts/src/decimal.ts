/** Amounts as PostgreSQL writes them, never as floating point: a cent that a float loses is a cent that somebody looks for. */

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Null: not a number (NaN, a text). */
const parse = (text: string): { readonly units: bigint; readonly scale: number } | null => {
  const [all, sign = '', whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  if (all === undefined) return null;
  return { units: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
};

const common = (left: string, right: string): readonly [bigint, bigint, number] | null => {
  const a = parse(left);
  const b = parse(right);
  if (a === null || b === null) return null;
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
};

const write = (units: bigint, scale: number): string => {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : digits.slice(-scale).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
};

/** The same number without zeros at its end: `12.50` is `12.5`; what is no number stays as it is. */
export const canonical = (text: string): string => {
  const parsed = parse(text);
  return parsed === null ? text : write(parsed.units, parsed.scale);
};

/** -1, 0 or 1; null when one of them is no number. Up to `within` apart they are the same. */
export const compareDecimals = (left: string, right: string, within = '0'): -1 | 0 | 1 | null => {
  const both = common(left, right);
  const allowed = parse(within);
  if (both === null || allowed === null) return null;
  const [a, b, scale] = both;
  const difference = a < b ? b - a : a - b;
  if (difference * 10n ** BigInt(allowed.scale) <= allowed.units * 10n ** BigInt(scale)) return 0;
  return a < b ? -1 : 1;
};

/** `12 340.50`: thousands apart, at least so many digits behind the point. */
export const readable = (text: string, digits = 0): string => {
  const [all, sign = '', whole = '', fraction = ''] = DECIMAL.exec(canonical(text)) ?? [];
  if (all === undefined) return text;
  const behind = fraction.padEnd(digits, '0');
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ' ')}${behind === '' ? '' : `.${behind}`}`;
};
