import type { ProjectDataView, SnapshotVerdict, SnapshotView } from '@slipway/contracts/views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { facts, table } from '../output/table.ts';
import { age, duration, fileSize } from '../output/time.ts';
import { upkeepWord } from './board.ts';

const NOT_KEPT = 'nothing: goes with the next pruning';

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
      { title: 'KEPT BECAUSE', elastic: true },
    ],
    snapshots.map((one) => [
      one.id,
      age(one.takenAt, screen.now),
      one.reason,
      String(one.rows),
      String(one.files),
      fileSize(one.bytes),
      fileSize(one.storedBytes),
      one.keep ?? NOT_KEPT,
    ]),
  );

export const snapshotVerdictText = (verdict: SnapshotVerdict, screen: Screen): string =>
  verdict.ok
    ? `${screen.ok} All ${verdict.objects} objects are there and whole.`
    : [
        `${screen.fail} Damaged: ${verdict.damages.length} of ${verdict.objects} objects`,
        ...verdict.damages.map(({ part, object, reason }) => `  ${printable(`${part} (${object}): ${reason}`)}`),
      ].join('\n');

const NAMES: Readonly<Record<SnapshotView['kind'], string>> = { raw: 'backup', sanitised: 'snapshot' };

/** What would be lost, as far as the list knows it; the server has the last word on an unknown id. */
export const removeQuestion = (
  snapshot: string,
  project: string,
  { all, now }: { readonly all: readonly SnapshotView[]; readonly now: Date },
): string => {
  const found = all.find(({ id }) => id === snapshot);
  const what = found === undefined ? '' : `${NAMES[found.kind]} `;
  const taken = found === undefined ? '' : `, taken ${age(found.takenAt, now)},`;
  const last = found !== undefined && all.filter(({ kind }) => kind === found.kind).length === 1;
  return `Remove ${what}${printable(snapshot)} of ${printable(project)}${printable(taken)}${last ? ' the only one,' : ''} for good?`;
};

export const pinText = (one: SnapshotView, screen: Screen): string => {
  const name = `${NAMES[one.kind]} ${printable(one.id)}`;
  if (one.pinned)
    return `${screen.ok} The ${name} stays until it is unpinned: slipway snapshot pin ${printable(one.id)} --off`;
  const why =
    one.keep === null ? 'No rule keeps it: it goes with the next pruning.' : `It is kept as ${printable(one.keep)}.`;
  return `${screen.ok} The ${name} is not pinned. ${why}`;
};

const drillText = (drill: ProjectDataView['drill'], screen: Screen): string => {
  if (drill === null) return 'none yet; prove a backup: slipway backup drill --wait';
  const [data, login] = [duration(drill.recoveryPointSeconds * 1000), duration(drill.recoveryTimeSeconds * 1000)];
  return `${age(drill.at, screen.now)}: ${drill.snapshot}, its data ${data} old, logged in to after ${login}, ${drill.rowsCompared} rows restored`;
};

const archiveText = (archive: NonNullable<ProjectDataView['archive']>): string => {
  const windows = archive.windows.map(({ from, until }) => `${from} to ${until}`).join('\n');
  const lag =
    archive.lagSeconds === null ? 'nothing is stored yet' : `stored ${duration(archive.lagSeconds * 1000)} ago`;
  const waiting = archive.retainedBytes === 0 ? '' : `, ${fileSize(archive.retainedBytes)} wait on its disk`;
  return `${windows || 'no moment yet: the first copy of the server is on its way'} (${lag}${waiting})`;
};

export const backupsText = (
  { backups, data }: { readonly backups: readonly SnapshotView[]; readonly data: ProjectDataView },
  screen: Screen,
): string => {
  const list =
    backups.length === 0 ? 'No backups. Make one: slipway backup create --wait' : snapshotTable(backups, screen);
  const due = data.schedules
    .filter(({ name }) => name === 'backup' || name === 'drill' || name === 'copy')
    .map(({ name, nextAt, expression }): [string, string] => [
      `Next ${name}`,
      nextAt === null ? 'never' : `${age(nextAt, screen.now)}: ${nextAt} (${expression})`,
    ]);
  const wrong = [
    ...data.events.map(({ message }) => printable(message)),
    ...data.failed.map(
      (one) =>
        `The last ${upkeepWord(one)} failed ${age(one.at, screen.now)}: ${printable(one.failure.message)} (slipway run show ${one.run})`,
    ),
  ].map((text) => `${screen.fail} ${text}`);
  const moments: [string, string][] = data.archive === null ? [] : [['Any moment', archiveText(data.archive)]];
  return [...wrong, list, facts(screen, [...due, ['Last drill', drillText(data.drill, screen)], ...moments])].join(
    '\n\n',
  );
};
