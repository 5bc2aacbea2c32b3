/** What became of the figures: pure, and the same on the server and in the command line, where two files are enough. */
import { compareDecimals, readable } from './decimal.ts';
import type { BrokenInvariant, Comparison, Figure, Figures, MeasuredInvariant } from './invariants-views.ts';

export const compareInvariants = (before: Figures, after: Figures): Comparison => {
  const now = new Map(after.invariants.map((one) => [one.id, one]));
  const broken: BrokenInvariant[] = [];
  const left: { id: string; why: string }[] = [];
  let compared = 0;
  for (const then of before.invariants) {
    const found = now.get(then.id);
    const pair = judge(then, found);
    if ('why' in pair) left.push({ id: then.id, why: pair.why });
    else {
      compared += then.figures.length;
      for (const says of pair.says) broken.push({ id: then.id, title: then.title, means: then.means, says });
    }
  }
  const known = new Set(before.invariants.map(({ id }) => id));
  for (const { id } of after.invariants.filter((one) => !known.has(one.id)))
    left.push({ id, why: 'it was not asked before' });
  const sides = { before: sideOf(before), after: sideOf(after) };
  return { ...sides, ok: broken.length === 0, compared, broken, left };
};

const sideOf = ({ subject, takenAt }: Figures): Comparison['before'] => ({ subject, takenAt });

/** Sentences of what is broken, or why there is nothing to compare. */
const judge = (
  then: MeasuredInvariant,
  now: MeasuredInvariant | undefined,
): { readonly says: readonly string[] } | { readonly why: string } => {
  // What cannot be measured proves nothing, and nothing proved is not the same as equal.
  if (then.state === 'failed') return { says: [`${then.title} could not be measured before: ${then.why}`] };
  if (then.state === 'absent')
    return { why: now?.state === 'measured' ? 'there was nothing to measure before' : (then.why ?? 'not there') };
  if (now === undefined) return { why: 'it was not asked afterwards' };
  if (now.state !== 'measured') return { says: [`${then.title} could be measured before, and cannot now: ${now.why}`] };
  return { says: differences(then, now) };
};

const differences = (then: MeasuredInvariant, now: MeasuredInvariant): string[] => {
  const found = new Map(now.figures.map((one) => [one.key, one]));
  const says = then.figures.flatMap((one) => {
    const other = found.get(one.key);
    if (other === undefined) return isNothing(one) ? [] : [`${one.of} was ${shown(one)}, is not there any more`];
    return difference(then, one, other);
  });
  if (then.fresh === 'allowed' || then.compare === 'not-lower') return says;
  const known = new Set(then.figures.map(({ key }) => key));
  const fresh = now.figures.filter((one) => !known.has(one.key) && !isNothing(one));
  return [...says, ...fresh.map((one) => `${one.of} was not there before, is ${shown(one)}`)];
};

const difference = (
  { compare, within }: Pick<MeasuredInvariant, 'compare' | 'within'>,
  then: Figure,
  now: Figure,
): string[] => {
  if (then.value === now.value) return [];
  const order = compareDecimals(then.value, now.value, within);
  if (order === 0 || (compare === 'not-lower' && order === -1)) return [];
  return [`${then.of} was ${shown(then)}, is ${shown(now)}`];
};

/** Nothing of something is as good as no line about it. */
const isNothing = ({ value }: Figure): boolean => compareDecimals(value, '0') === 0;

const shown = ({ unit, value }: Figure): string => {
  if (unit === 'text') return value === '' ? 'empty' : value;
  return readable(value, unit === 'amount' ? 2 : 0);
};
