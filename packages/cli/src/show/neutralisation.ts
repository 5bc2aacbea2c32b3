import type { NeutralisationView } from '@slipway/contracts/views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { table } from '../output/table.ts';

type Finding = NeutralisationView['findings'][number];

export const neutralisationText = (view: NeutralisationView, screen: Screen): string => {
  const failed = view.findings.filter(({ severity }) => severity === 'refuse');
  const told = view.findings.filter(({ severity }) => severity === 'tell');
  const head = view.ok
    ? `${screen.ok} ${printable(view.subject)}: ${view.asked} checks hold.`
    : `${screen.fail} ${printable(view.subject)} is not safe to start: ${failed.length} of ${view.asked} checks fail.`;
  return [head, ...listed(failed, screen), ...(told.length > 0 ? ['', 'To know:'] : []), ...listed(told, screen)].join(
    '\n',
  );
};

const listed = (findings: readonly Finding[], screen: Screen): string[] => {
  if (findings.length === 0) return [];
  const rows = findings.map(({ id, rows, examples }) => [id, String(rows), examples.map(printable).join(', ')]);
  const columns = [{ title: 'CHECK' }, { title: 'ROWS', right: true }, { title: 'WHERE' }];
  const meanings = findings.map(
    ({ id, meaning, mend }) => `${id}: ${printable(meaning)}\n  To mend: ${printable(mend)}`,
  );
  return ['', table(screen, columns, rows), '', ...meanings];
};
