import type { EvidenceVerdict, EvidenceView } from '@slipway/contracts/views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { facts, table } from '../output/table.ts';
import { age, fileSize } from '../output/time.ts';

export const evidenceTable = (list: readonly EvidenceView[], screen: Screen): string =>
  table(
    screen,
    [{ title: 'RUN' }, { title: 'KIND' }, { title: 'FILES', right: true }, { title: 'WRITTEN' }, { title: 'FOLDER' }],
    list.map((entry) => {
      const last = entry.artifacts.at(-1);
      return [
        entry.run,
        entry.kind,
        String(entry.artifacts.length),
        last === undefined ? '-' : age(last.createdAt, screen.now),
        entry.folder,
      ];
    }),
  );

export const evidenceText = (entry: EvidenceView, screen: Screen): string => {
  const head = facts(screen, [
    ['Run', entry.run],
    ['Kind', entry.kind],
    ['Folder', entry.folder],
  ]);
  if (entry.artifacts.length === 0) return `${head}\n\nNothing has been written yet.`;
  const files = table(
    screen,
    [{ title: '#', right: true }, { title: 'FILE' }, { title: 'SIZE', right: true }, { title: 'SHA-256' }],
    entry.artifacts.map((file) => [String(file.sequence), file.path, fileSize(file.bytes), file.sha256]),
  );
  return `${head}\n\n${files}`;
};

export const verdictText = (verdict: EvidenceVerdict, screen: Screen): string => {
  if (verdict.ok) {
    const head = verdict.newestHead;
    const keep =
      head === null ? '' : `\n  Newest signed head: ${head.number} ${printable(head.hash)}. Keep it somewhere else.`;
    return `${screen.ok} ${verdict.checked} entries and ${verdict.heads} signatures hold: every file is as it was written.${keep}`;
  }
  const { path, reason } = verdict.firstAltered ?? { path: '(unknown file)', reason: 'the chain is broken' };
  return [
    `${screen.fail} Changed after it was written: ${printable(path)} (${printable(reason)})`,
    `  ${verdict.checked} entries were checked. Restore the folder from a backup; everything before that entry still holds.`,
  ].join('\n');
};
