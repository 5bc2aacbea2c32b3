import type { ReactNode } from 'react';
import { useParams, useSearchParams } from 'wouter';
import { useMay } from '../../api/me.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { PageHeader } from '../../ui/page.tsx';
import { Empty } from '../../ui/states.tsx';
import { type Tab, Tabs } from '../../ui/tabs.tsx';
import { AuditLog } from '../audit/audit-log.tsx';
import { Members } from './members.tsx';
import { Notices } from './notices.tsx';
import { Secrets } from './secrets.tsx';
import { Webhooks } from './webhooks.tsx';
import './settings.css';

/** Each tab has an address of its own. */
export const SettingsPage = (): ReactNode => {
  const { project } = useParams<{ project: string }>();
  useTitle('Settings', project);
  const [search, setSearch] = useSearchParams();
  const may = useMay(project);
  const tabs: readonly Tab[] = [
    { key: 'secrets', word: 'Secrets', content: () => <Secrets project={project} /> },
    { key: 'members', word: 'Members', content: () => <Members project={project} /> },
    { key: 'webhooks', word: 'Webhooks', content: () => <Webhooks project={project} /> },
    { key: 'notices', word: 'Notices', content: () => <Notices project={project} /> },
    { key: 'audit', word: 'Audit log', content: () => <AuditLog project={project} /> },
  ];
  return (
    <>
      <PageHeader title="Settings" crumbs={[{ word: project, to: projectPath(project) }]} />
      {may('settings') ? (
        <div className="settings">
          <Tabs
            label="Settings"
            tabs={tabs}
            chosen={search.get('tab') ?? 'secrets'}
            onChoose={(tab) => setSearch({ tab }, { replace: true })}
          />
        </div>
      ) : (
        <Empty title="Settings are for admins of the project">
          <p>An admin can give you that role.</p>
        </Empty>
      )}
    </>
  );
};
