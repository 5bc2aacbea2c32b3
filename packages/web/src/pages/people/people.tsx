import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTitle } from '../../shell/announce.ts';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Invitations } from './invitations.tsx';
import { InviteDialog } from './invite.tsx';
import type { Link } from './link.ts';
import { Users } from './users.tsx';

export const PeoplePage = (): ReactNode => {
  useTitle('People');
  const [inviting, setInviting] = useState(false);
  const [link, setLink] = useState<Link | null>(null);
  return (
    <>
      <PageHeader
        title="People"
        acts={
          <button type="button" className="button primary" onClick={() => setInviting(true)}>
            Invite
          </button>
        }
      />
      <div className="stack">
        {link !== null && (
          <ShownOnce title={link.title} value={link.url} onDone={() => setLink(null)}>
            <p>Slipway sends no mail: hand it to them on a way that nobody else reads. It works once.</p>
          </ShownOnce>
        )}
        <Panel title="Accounts">
          <Users onLink={setLink} />
        </Panel>
        <Panel title="Invitations">
          <Invitations />
        </Panel>
      </div>
      {inviting && <InviteDialog onClose={() => setInviting(false)} onLink={setLink} />}
    </>
  );
};
