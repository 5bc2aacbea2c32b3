import { readable } from '@slipway/contracts/decimal';
import type { Comparison, Figure, Figures } from '@slipway/contracts/invariants-views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { table } from '../output/table.ts';

/** Of each invariant; the rest is in the file, and nobody reads the members of 120 groups. */
const SHOWN = 6;

export const figuresText = ({ subject, takenAt, invariants }: Figures, screen: Screen): string => {
  const measured = invariants.filter(({ state }) => state === 'measured');
  const rows = measured.flatMap(({ id, figures }) => [
    ...figures.slice(0, SHOWN).map((one, i) => [i === 0 ? id : '', one.of, writtenOf(one)]),
    ...(figures.length > SHOWN ? [['', `and ${figures.length - SHOWN} more (--json, --out)`, '']] : []),
  ]);
  const count = measured.reduce((sum, { figures }) => sum + figures.length, 0);
  const failed = invariants.filter(({ state }) => state === 'failed');
  const absent = invariants.length - measured.length - failed.length;
  return [
    table(screen, [{ title: 'INVARIANT' }, { title: 'FIGURE', elastic: true }, { title: 'VALUE', right: true }], rows),
    '',
    ...failed.map(({ title, why }) => `${screen.fail} ${printable(title)} cannot be measured: ${printable(why ?? '')}`),
    `${screen.ok} ${count} figures of ${printable(subject)} at ${printable(takenAt)}; ${absent} invariants do not apply.`,
  ].join('\n');
};

const writtenOf = ({ unit, value }: Figure): string =>
  unit === 'text' ? value : readable(value, unit === 'amount' ? 2 : 0);

export const comparisonText = ({ before, after, ok, compared, broken, left }: Comparison, screen: Screen): string => {
  const sides = `${printable(before.subject)} at ${printable(before.takenAt)}, ${printable(after.subject)} at ${printable(after.takenAt)}`;
  const untold = left.filter(({ why }) => !why.startsWith('there is no table'));
  const notes = untold.map(({ id, why }) => `Not compared: ${printable(id)}, ${printable(why)}.`);
  if (ok) return [`${screen.ok} All ${compared} figures are what they were (${sides}).`, ...notes].join('\n');
  const groups = Map.groupBy(broken, ({ title }) => title);
  const told = [...groups].flatMap(([title, all]) => [
    '',
    `${screen.paint('bold', printable(title))}: ${printable(all[0]?.means ?? '')}`,
    ...all.map(({ says }) => `  ${screen.fail} ${printable(says)}`),
  ]);
  return [`${screen.fail} ${broken.length} of ${compared} figures changed (${sides}).`, ...told, ...notes].join('\n');
};
