import type { DataView, SnapshotVerdict, SnapshotView } from '@slipway/contracts/views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { facts, table } from '../output/table.ts';
import { age, duration } from '../output/time.ts';

const size = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;

export const snapshotTable = (snapshots: readonly SnapshotView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'SNAPSHOT' },
      { title: 'TAKEN' },
      { title: 'BECAUSE' },
      { title: 'ROWS', right: true },
      { title: 'FILES', right: true },
      { title: 'SIZE', right: true },
      { title: 'STORED', right: true },
      { title: 'KEPT AS', elastic: true },
    ],
    snapshots.map((one) => [
      one.id,
      age(one.takenAt, screen.now),
      one.reason,
      String(one.rows),
      String(one.files),
      size(one.bytes),
      size(one.storedBytes),
      one.keep ?? 'goes with the next pruning',
    ]),
  );

export const snapshotVerdictText = (verdict: SnapshotVerdict, screen: Screen): string =>
  verdict.ok
    ? `${screen.ok} All ${verdict.objects} objects are there and whole.`
    : [
        `${screen.fail} ${verdict.damages.length} of ${verdict.objects} objects are damaged:`,
        ...verdict.damages.map(({ part, object, reason }) => `  ${printable(`${part} (${object}): ${reason}`)}`),
      ].join('\n');

export const backupsText = (
  { backups, data }: { readonly backups: readonly SnapshotView[]; readonly data: DataView },
  screen: Screen,
): string => {
  const list = backups.length === 0 ? 'No backups. Make one: slipway backup create' : snapshotTable(backups, screen);
  const due = data.schedules
    .filter(({ name }) => name === 'backup' || name === 'drill')
    .map(({ name, nextAt, expression }): [string, string] => [
      `Next ${name}`,
      nextAt === null ? 'never' : `${nextAt} (${expression})`,
    ]);
  const { drill } = data;
  const proved: [string, string] = [
    'Last drill',
    drill === null
      ? 'none yet; prove a backup with slipway backup drill'
      : `${age(drill.at, screen.now)}: ${drill.snapshot}, data ${duration(drill.recoveryPointSeconds * 1000)} old, someone in after ${duration(drill.recoveryTimeSeconds * 1000)}`,
  ];
  const wrong = data.events.map(({ message }) => `${screen.fail} ${printable(message)}`);
  return [...wrong, list, facts(screen, [...due, proved])].join('\n\n');
};
