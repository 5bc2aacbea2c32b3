import type { AuditView } from '@slipway/contracts/audit-view';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { table } from '../output/table.ts';
import { age } from '../output/time.ts';

const resultOf = ({ result, details }: AuditView, screen: Screen): string => {
  if (result === 'ok') return screen.paint('green', 'ok');
  const code = typeof details['code'] === 'string' ? ` (${printable(details['code'])})` : '';
  const text = `${printable(result)}${code}`;
  return result === 'refused' || result === 'failed' ? screen.paint('red', text) : text;
};

export const auditTable = (rows: readonly AuditView[], screen: Screen): string =>
  table(
    screen,
    ['WHEN', 'WHO', 'WHAT', 'TARGET', 'RESULT', 'FROM'].map((title) => ({ title })),
    rows.map((row) => [
      age(row.at, screen.now),
      printable(row.who),
      printable(row.what),
      printable(row.target),
      resultOf(row, screen),
      printable(row.from),
    ]),
  );
