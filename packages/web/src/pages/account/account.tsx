import type { ReactNode } from 'react';
import { useMe } from '../../api/me.ts';
import { useTitle } from '../../shell/announce.ts';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Empty, Skeleton } from '../../ui/states.tsx';
import { sayProblem } from '../../ui/toasts.tsx';
import { useEntry } from '../entry/use-entry.ts';
import { MyTokens } from './my-tokens.tsx';
import { PasswordPanel } from './password.tsx';
import { ProfileFacts } from './profile.tsx';
import { SecondFactorPanel } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';

/** What is one's own: who one is here, how one signs in, where one is signed in, what one's programs use. */
export const AccountPage = (): ReactNode => {
  useTitle('Account');
  const me = useMe();
  // Asks for nothing anew: what nobody is signed in for leads to signing in, and back to here.
  const signOut = useEntry('signOut');
  if (me === undefined) return <Skeleton rows={6} />;
  if (me.user === null)
    return (
      <Empty title="You are here without an account">
        <p>
          This page was opened with a token of the installation. People have accounts of their own: invite them under
          People.
        </p>
      </Empty>
    );
  const leave = (): void =>
    signOut.mutate({}, { onSuccess: () => window.location.replace('/sign-in'), onError: sayProblem });
  return (
    <>
      <PageHeader
        title="Account"
        acts={
          <button type="button" className="button" disabled={signOut.isPending} onClick={leave}>
            Sign out
          </button>
        }
      />
      <div className="columns">
        <div>
          <SecondFactorPanel on={me.user.twoFactor} />
          <MyTokens />
          <Sessions />
        </div>
        <div>
          <Panel title="You">
            <dl className="facts inside">
              <ProfileFacts name={me.user.name} email={me.user.email} />
              <dt>May</dt>
              <dd>{me.installation ? 'everything: administrator of the installation' : <Roles roles={me.roles} />}</dd>
            </dl>
          </Panel>
          <PasswordPanel email={me.user.email} />
        </div>
      </div>
    </>
  );
};

const Roles = ({ roles }: { readonly roles: Readonly<Record<string, string>> }): ReactNode => {
  const known = Object.entries(roles);
  if (known.length === 0) return 'nothing yet: an administrator gives you a role in a project';
  return (
    <ul>
      {known.map(([project, role]) => (
        <li key={project}>
          <span className="foreign">{project}</span>: {role}
        </li>
      ))}
    </ul>
  );
};
