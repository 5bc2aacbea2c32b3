import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { useRead } from '../../api/api.ts';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { PASSWORD_HELP, PasswordField } from '../../ui/password-field.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Entry } from './entry.tsx';
import { enter, useLinkToken } from './link-token.ts';
import { NoLink } from './no-link.tsx';
import { useEntry } from './use-entry.ts';

/** The first account, of whoever could read what `slipway up` printed. */
export const SetupPage = (): ReactNode => {
  const token = useLinkToken();
  const setup = useRead('setup', {});
  return (
    <Entry title="Set up Slipway">
      <Loaded query={setup} rows={3}>
        {({ needed }) => {
          if (!needed) return <Over />;
          if (token === null)
            return (
              <NoLink>
                On the machine where Slipway runs, <code>slipway setup</code> prints a new one.
              </NoLink>
            );
          return <FirstAccount token={token} />;
        }}
      </Loaded>
    </Entry>
  );
};

const Over = (): ReactNode => (
  <>
    <p>The first account exists already.</p>
    <p>
      <Link href="/sign-in">Sign in</Link>, or have its owner invite you.
    </p>
  </>
);

const FirstAccount = ({ token }: { readonly token: string }): ReactNode => {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const complete = useEntry('completeSetup');
  return (
    <Form
      act="Make the account"
      busy={complete.isPending}
      problem={complete.error}
      onSend={() => complete.mutate({ body: { token, name, email, password } }, { onSuccess: () => enter('/') })}
    >
      <p className="quiet">The first account administers the installation. It invites everybody else.</p>
      <TextField
        label="Your name"
        autoComplete="name"
        required
        maxLength={100}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="E-mail address"
        help="As in your commits: nobody approves their own."
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField label="Password" help={PASSWORD_HELP} kind="new-password" value={password} onType={setPassword} />
    </Form>
  );
};
