import type { BundleVerdict } from '@slipway/contracts/bundle-views';
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

export const bundleVerdictText = (verdict: BundleVerdict, screen: Screen): string => {
  if (!verdict.ok) {
    const lines = verdict.problems.map(({ path, reason }) => `${screen.fail} ${printable(path)}: ${printable(reason)}`);
    return [...lines, '  This is not the bundle that was written.'].join('\n');
  }
  const head = `${screen.ok} ${verdict.files} files, ${fileSize(verdict.bytes)}, of run ${printable(verdict.run ?? '')}: every byte is as it was written.`;
  const key = verdict.key;
  if (key === null || key.trust !== 'itself') {
    const where = key?.trust === 'given' ? 'the key that you gave' : "the key of this machine's Slipway";
    return `${head}\n  Signed with ${where}, ${printable(key?.fingerprint ?? '')}.`;
  }
  return [
    head,
    `${screen.warn} The key came with the bundle, so the signature proves only itself: anybody can sign with a key of their own.`,
    `  Compare its fingerprint with one that you have from elsewhere, or say --key: ${printable(key.fingerprint)}`,
  ].join('\n');
};
