import type { InvitationView } from '@slipway/contracts/people-views';
import type { ReactNode } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { told } from '../../lib/told.ts';
import { Loaded } from '../../ui/states.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';

const STATES: Readonly<Record<InvitationView['state'], readonly [Tone, string]>> = {
  open: ['wait', 'Open'],
  accepted: ['good', 'Accepted'],
  revoked: ['off', 'Taken back'],
  expired: ['off', 'Expired'],
};

export const rolesWords = (installation: boolean, roles: Readonly<Record<string, string>>): string =>
  installation
    ? 'administrator'
    : Object.entries(roles)
        .map(([project, role]) => `${project}: ${role}`)
        .join(', ') || 'no role';

export const Invitations = (): ReactNode => {
  const invitations = useRead('invitations', {});
  const revoke = useAct('revokeInvitation');
  return (
    <Loaded query={invitations} rows={2}>
      {(known) =>
        known.length === 0 ? (
          <p className="inside quiet">Nobody was invited yet.</p>
        ) : (
          <table className="table folds">
            <thead>
              <tr>
                {['Who', 'To', 'State', 'By', 'Good until'].map((word) => (
                  <th key={word}>{word}</th>
                ))}
                <th>
                  <span className="hidden-word">Acts</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {known.map((one) => (
                <Row
                  key={one.id}
                  one={one}
                  busy={revoke.isPending}
                  onRevoke={() =>
                    void told(
                      revoke.mutateAsync({ parameters: { invitation: one.id } }),
                      `The invitation of ${one.email} is worth nothing now.`,
                    )
                  }
                />
              ))}
            </tbody>
          </table>
        )
      }
    </Loaded>
  );
};

const Row = ({
  one,
  busy,
  onRevoke,
}: {
  readonly one: InvitationView;
  readonly busy: boolean;
  onRevoke(): void;
}): ReactNode => {
  const [tone, word] = STATES[one.state];
  return (
    <tr>
      <td data-label="Who" className="foreign">
        <span>
          {one.name} <span className="quiet">{one.email}</span>
        </span>
      </td>
      <td data-label="To" className="foreign">
        {rolesWords(one.installation, one.roles)}
      </td>
      <td data-label="State">
        <Status tone={tone}>{word}</Status>
      </td>
      <td data-label="By" className="foreign">
        <span>
          {one.createdBy}, <Ago at={one.createdAt} />
        </span>
      </td>
      <td data-label="Good until">{one.state === 'open' && <Ago at={one.expiresAt} />}</td>
      <td>
        {one.state === 'open' && (
          <button type="button" className="button small danger" disabled={busy} onClick={onRevoke}>
            Take back<span className="hidden-word"> the invitation of {one.email}</span>
          </button>
        )}
      </td>
    </tr>
  );
};
