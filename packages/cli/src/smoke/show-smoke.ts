import type { SmokeReport, SmokeResult } from '@slipway/contracts/smoke-views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { table } from '../output/table.ts';

const WORDS = {
  pass: { text: 'pass', colour: 'green' },
  fail: { text: 'fail', colour: 'red' },
  skipped: { text: 'skipped', colour: 'dim' },
} as const;

const count = (results: readonly SmokeResult[], state: SmokeResult['state']): number =>
  results.filter((result) => result.state === state).length;

const mendText = ({ title, measured, fix }: SmokeResult, screen: Screen): string =>
  `${screen.fail} ${printable(title)}: ${printable(measured)}\n    ${printable(fix ?? '')}`;

export const smokeText = ({ ok, url, results }: SmokeReport, screen: Screen): string => {
  const rows = results.map(({ title, state, measured }) => [title, WORDS[state], measured]);
  const columns = [{ title: 'check' }, { title: 'result' }, { title: 'found', elastic: true }];
  const failed = results.filter(({ state }) => state === 'fail');
  const sum = `${count(results, 'pass')} passed, ${failed.length} failed, ${count(results, 'skipped')} skipped`;
  return [
    table(screen, columns, rows),
    '',
    ...failed.flatMap((result) => [mendText(result, screen), '']),
    `${ok ? screen.ok : screen.fail} ${printable(url)}: ${sum}`,
  ].join('\n');
};
