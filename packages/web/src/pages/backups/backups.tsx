import type { FailedUpkeep, ProjectDataView } from '@slipway/contracts/views';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'wouter';
import { useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { Icon } from '../../ui/icon.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { Words } from '../../ui/words.tsx';
import { runPath } from '../board/paths.ts';
import { upkeepWords } from '../board/words.ts';
import './backups.css';
import { BackupDialog, DrillDialog, PruneDialog, SnapshotDialog } from './create-dialogs.tsx';
import { Moments } from './moments.tsx';
import { Proof } from './proof.tsx';
import { SnapshotTable } from './snapshot-table.tsx';
import { type Asking, useAsked } from './use-asked.tsx';

/** What production's data can come back from: backups with real data, sanitised snapshots, and moments. */
export const BackupsPage = (): ReactNode => {
  useTitle('Backups');
  const { project = '' } = useParams<{ project: string }>();
  const data = useRead('data', { parameters: { project } });
  const [asking, note] = useAsked(project);
  return (
    <>
      <PageHeader
        title="Backups and snapshots"
        crumbs={[{ word: project, to: projectPath(project) }]}
        acts={<Acts project={project} asking={asking} />}
      />
      <div className="stack">
        {note}
        <Loaded query={data} rows={2}>
          {(view) => <Trouble project={project} events={view.events} failed={view.failed} />}
        </Loaded>
        <SnapshotTable project={project} drill={data.data?.drill ?? null} asking={asking} />
        {data.data !== undefined && (
          <div className="pair">
            <Proof data={data.data} />
            <Moments project={project} archive={data.data.archive} asking={asking} />
          </div>
        )}
      </div>
    </>
  );
};

type Open = 'backup' | 'snapshot' | 'drill' | 'prune' | null;

const Acts = ({ project, asking }: { readonly project: string; readonly asking: Asking }): ReactNode => {
  const [open, setOpen] = useState<Open>(null);
  const may = useMay(project);
  const dialog = { project, asking, onClose: () => setOpen(null) };
  return (
    <>
      {may('staging') && (
        <button type="button" className="button" onClick={() => setOpen('snapshot')}>
          Take a snapshot
        </button>
      )}
      {may('production') && (
        <>
          <button type="button" className="button primary" onClick={() => setOpen('backup')}>
            Back up now
          </button>
          <MenuButton
            label="More about backups"
            className="only-icon"
            entries={[
              { word: 'Drill the newest backup', icon: 'health', act: () => setOpen('drill') },
              { word: 'Prune what no rule keeps', icon: 'close', act: () => setOpen('prune') },
            ]}
          />
        </>
      )}
      {open === 'backup' && <BackupDialog {...dialog} />}
      {open === 'snapshot' && <SnapshotDialog {...dialog} />}
      {open === 'drill' && <DrillDialog {...dialog} snapshot={null} />}
      {open === 'prune' && <PruneDialog {...dialog} />}
    </>
  );
};

const Trouble = ({
  project,
  events,
  failed,
}: Pick<ProjectDataView, 'events' | 'failed'> & { readonly project: string }): ReactNode =>
  events.length + failed.length === 0 ? null : (
    <Panel title="What is wrong">
      <ul className="troubles">
        {events.map(({ kind, subject, message, at }) => (
          <li key={`${kind} ${subject}`}>
            <Icon name="warning" />
            <span className="foreign">{message}</span>
            <span className="quiet push">
              since <Ago at={at} />
            </span>
          </li>
        ))}
        {failed.map((one) => (
          <FailedRun key={one.run} project={project} one={one} />
        ))}
      </ul>
    </Panel>
  );

const FailedRun = ({ project, one }: { readonly project: string; readonly one: FailedUpkeep }): ReactNode => (
  <li>
    <Icon name="warning" />
    <div>
      <p>
        <Link href={runPath(project, one.run)}>{upkeepWords(one)} failed</Link>:{' '}
        <span className="foreign">
          <Words text={one.failure.message} />
        </span>
      </p>
      {one.failure.hint !== '' && (
        <p className="quiet foreign">
          <Words text={one.failure.hint} />
        </p>
      )}
    </div>
    <span className="quiet push">
      <Ago at={one.at} />
    </span>
  </li>
);
