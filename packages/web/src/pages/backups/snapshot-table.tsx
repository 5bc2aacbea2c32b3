import type { ProjectDataView, SnapshotView } from '@slipway/contracts/views';
import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { byteWords } from '../../lib/time-words.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { MenuButton, type MenuEntry } from '../../ui/menu-button.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Ago } from '../../ui/time.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import { DrillDialog } from './create-dialogs.tsx';
import {
  RefreshDialog,
  RemoveDialog,
  RestoreProductionDialog,
  RestoreStagingDialog,
  VerifyDialog,
} from './snapshot-dialogs.tsx';
import type { Asking } from './use-asked.tsx';

interface TableProps {
  readonly project: string;
  readonly drill: ProjectDataView['drill'];
  readonly asking: Asking;
}

const KINDS = [
  ['all', 'All'],
  ['raw', 'Backups'],
  ['sanitised', 'Snapshots'],
] as const;

const REASONS: Readonly<Record<string, string>> = {
  manual: 'asked for',
  schedule: 'on schedule',
  deployment: 'before a deployment',
  refresh: 'for staging',
};

export const SnapshotTable = (props: TableProps): ReactNode => {
  const [kind, setKind] = useState('all');
  const query = useRead('snapshots', { parameters: { project: props.project } });
  const shown = (all: readonly SnapshotView[]): ReactNode => {
    const some = all.filter((one) => kind === 'all' || one.kind === kind);
    return some.length === 0 ? <NoneYet kind={kind} /> : <Rows snapshots={some} {...props} />;
  };
  return (
    <div className="panel">
      <Loaded query={query}>
        {(all) => (
          <Tabs
            label="What to show"
            chosen={kind}
            onChoose={setKind}
            tabs={KINDS.map(([key, word]) => ({ key, word, content: () => shown(all) }))}
          />
        )}
      </Loaded>
    </div>
  );
};

const NoneYet = ({ kind }: { readonly kind: string }): ReactNode => (
  <Empty title={kind === 'sanitised' ? 'There is no snapshot yet' : 'There is no backup yet'}>
    <p>
      {kind === 'sanitised'
        ? 'A snapshot is a masked copy of production, for staging and previews.'
        : 'Backups come on the schedule of slipway.yaml, before each deployment, and when somebody asks.'}
    </p>
  </Empty>
);

const Rows = ({ snapshots, ...props }: TableProps & { readonly snapshots: readonly SnapshotView[] }): ReactNode => (
  <table className="table folds snapshots">
    <thead>
      <tr>
        <th scope="col">Taken</th>
        <th scope="col">Kind</th>
        <th scope="col">Why</th>
        <th scope="col">Size</th>
        <th scope="col">Kept</th>
        <th scope="col">
          <span className="hidden-word">Acts</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {snapshots.map((snapshot) => (
        <Row key={snapshot.id} snapshot={snapshot} {...props} />
      ))}
    </tbody>
  </table>
);

const Row = ({ snapshot, drill, ...props }: TableProps & { readonly snapshot: SnapshotView }): ReactNode => (
  <tr>
    <td>
      <span className="row wrap">
        <Ago at={snapshot.takenAt} />
        <code className="quiet foreign">{snapshot.id}</code>
        <CopyButton text={snapshot.id} label={`Copy ${snapshot.id}`} />
      </span>
    </td>
    <td data-label="Kind">
      <span className="row wrap">
        {snapshot.kind === 'raw' ? (
          <span className="chip warn">backup, real data</span>
        ) : (
          <span className="chip info">snapshot, sanitised</span>
        )}
        {snapshot.kind === 'raw' && !snapshot.encrypted && <span className="chip bad">not encrypted</span>}
        {drill?.snapshot === snapshot.id && <span className="chip good">drilled</span>}
      </span>
    </td>
    <td data-label="Why">{REASONS[snapshot.reason] ?? snapshot.reason}</td>
    <td data-label="Size">
      <span
        title={`${snapshot.rows} rows, ${snapshot.files} files, ${snapshot.modules} modules of Odoo ${snapshot.series}`}
      >
        {byteWords(snapshot.bytes)}, {byteWords(snapshot.storedBytes)} stored
      </span>
    </td>
    <td data-label="Kept" className="foreign">
      {snapshot.keep ?? <span className="chip warn">goes with the next pruning</span>}
    </td>
    <td>
      <RowMenu snapshot={snapshot} {...props} />
    </td>
  </tr>
);

type Open = 'verify' | 'refresh' | 'to-staging' | 'to-production' | 'drill' | 'remove' | null;

const DIALOGS = {
  verify: VerifyDialog,
  refresh: RefreshDialog,
  'to-staging': RestoreStagingDialog,
  'to-production': RestoreProductionDialog,
  remove: RemoveDialog,
} as const;

const entriesOf = ({ kind, pinned }: SnapshotView, open: (what: Open) => void, pin: () => void): MenuEntry[] => {
  const own: MenuEntry[] =
    kind === 'raw'
      ? [
          { word: 'Drill', icon: 'health', act: () => open('drill') },
          { word: 'Restore into staging', icon: 'staging', act: () => open('to-staging') },
          { word: 'Restore into production', icon: 'production', danger: true, act: () => open('to-production') },
        ]
      : [{ word: 'Put into staging', icon: 'staging', act: () => open('refresh') }];
  return [
    { word: 'Verify', icon: 'check', act: () => open('verify') },
    ...own,
    { word: pinned ? 'Unpin' : 'Pin, so that pruning leaves it', icon: 'key', act: pin },
    { word: 'Remove', icon: 'close', danger: true, act: () => open('remove') },
  ];
};

const RowMenu = ({
  snapshot,
  project,
  asking,
}: Omit<TableProps, 'drill'> & { readonly snapshot: SnapshotView }): ReactNode => {
  const [open, setOpen] = useState<Open>(null);
  const pinning = useAct('pinSnapshot');
  const may = useMay(project);
  if (!may(snapshot.kind === 'raw' ? 'production' : 'staging')) return null;
  const pinned = !snapshot.pinned;
  const pin = (): void =>
    pinning.mutate(
      { parameters: { project, snapshot: snapshot.id }, body: { pinned } },
      {
        onSuccess: () => say(pinned ? 'Pruning leaves it alone.' : 'It is kept as the rules say.'),
        onError: sayProblem,
      },
    );
  const props = { project, asking, onClose: () => setOpen(null) };
  const Shown = open === null || open === 'drill' ? null : DIALOGS[open];
  return (
    <>
      <MenuButton label={`Acts on ${snapshot.id}`} entries={entriesOf(snapshot, setOpen, pin)} />
      {Shown !== null && <Shown {...props} snapshot={snapshot} />}
      {open === 'drill' && <DrillDialog {...props} snapshot={snapshot.id} />}
    </>
  );
};
