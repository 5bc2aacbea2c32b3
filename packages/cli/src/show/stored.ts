import type { StoredSnapshotView } from '@slipway/contracts/views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { table } from '../output/table.ts';
import { age, fileSize } from '../output/time.ts';

const KINDS = { raw: 'backup', sanitised: 'snapshot' } as const;

const STATES: Readonly<Record<StoredSnapshotView['state'], string>> = {
  listed: 'in the list',
  adopted: 'in the list now',
  new: 'new: `slipway backup adopt` takes it over',
  'other-project': 'not this project: ',
  'other-key': 'shut: ',
  damaged: 'damaged: ',
  'too-new': 'too new: ',
};

export const storedText = (found: readonly StoredSnapshotView[], screen: Screen): string => {
  if (found.length === 0)
    return 'The store holds nothing of this project. Look at data.store in slipway.yaml: path, bucket and prefix have to be those of the former Slipway.';
  const adopted = found.filter(({ state }) => state === 'adopted').length;
  const shut = found.some(({ state }) => state === 'other-key');
  return [
    storedTable(found, screen),
    ...(adopted === 0 ? [] : [`${screen.ok} ${adopted} ${adopted === 1 ? 'is' : 'are'} in the list now.`]),
    ...(shut
      ? [`${screen.warn} Give the key that opens the others: slipway backup key --import < shop-backups.key`]
      : []),
  ].join('\n\n');
};

const storedTable = (found: readonly StoredSnapshotView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'ID' },
      { title: 'WHAT' },
      { title: 'TAKEN' },
      { title: 'ROWS', right: true },
      { title: 'STORED', right: true },
      { title: 'STATE', elastic: true },
    ],
    found.map((one) => [
      printable(one.id),
      one.kind === null ? '?' : KINDS[one.kind],
      one.takenAt === null ? '?' : age(one.takenAt, screen.now),
      String(one.rows),
      fileSize(one.storedBytes),
      printable(`${STATES[one.state]}${one.reason ?? ''}`),
    ]),
  );
