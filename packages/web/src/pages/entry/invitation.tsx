import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api } from '../../api/api.ts';
import type { Problem } from '../../api/problem.ts';
import type { Answer } from '../../api/routes.ts';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { PASSWORD_HELP, PasswordField } from '../../ui/password-field.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { Entry } from './entry.tsx';
import { enter, useLinkToken } from './link-token.ts';
import { NoLink } from './no-link.tsx';
import { useEntry } from './use-entry.ts';

type Invited = Answer<'lookAtInvitation'>;

export const InvitationPage = (): ReactNode => {
  const token = useLinkToken();
  return (
    <Entry title="You are invited">
      {token === null ? (
        <NoLink>Ask whoever invited you to send it once more, or to invite you anew.</NoLink>
      ) : (
        <Offer token={token} />
      )}
    </Entry>
  );
};

const Offer = ({ token }: { readonly token: string }): ReactNode => {
  const query = useQuery<Invited, Problem>({
    queryKey: ['lookAtInvitation', {}, {}],
    queryFn: () => api.call('lookAtInvitation', { body: { token } }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Loaded query={query} rows={4}>
      {(invited) => (
        <>
          <What invited={invited} />
          <Accept token={token} invited={invited} />
        </>
      )}
    </Loaded>
  );
};

const What = ({ invited }: { readonly invited: Invited }): ReactNode => (
  <dl className="facts">
    <dt>As</dt>
    <dd className="foreign">{invited.email}</dd>
    {invited.installation && (
      <>
        <dt>To</dt>
        <dd>administer the whole installation</dd>
      </>
    )}
    {Object.entries(invited.roles).map(([project, role]) => (
      <div key={project} style={{ display: 'contents' }}>
        <dt className="foreign">{project}</dt>
        <dd>{role}</dd>
      </div>
    ))}
    <dt>Good until</dt>
    <dd>
      <Ago at={invited.expiresAt} />
    </dd>
  </dl>
);

const Accept = ({ token, invited }: { readonly token: string; readonly invited: Invited }): ReactNode => {
  const [name, setName] = useState(invited.name ?? '');
  const [password, setPassword] = useState('');
  const accept = useEntry('acceptInvitation');
  return (
    <Form
      act="Make your account"
      busy={accept.isPending}
      problem={accept.error}
      onSend={() => accept.mutate({ body: { token, name, password } }, { onSuccess: () => enter('/') })}
    >
      <input type="hidden" autoComplete="username" value={invited.email} readOnly />
      <TextField
        label="Your name"
        autoComplete="name"
        required
        maxLength={100}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <PasswordField label="Password" help={PASSWORD_HELP} kind="new-password" value={password} onType={setPassword} />
    </Form>
  );
};
