import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { Form } from '../../ui/form.tsx';
import { PASSWORD_HELP, PasswordField } from '../../ui/password-field.tsx';
import { Entry } from './entry.tsx';
import { useLinkToken } from './link-token.ts';
import { NoLink } from './no-link.tsx';
import { useEntry } from './use-entry.ts';

/** Behind the link that an administrator made for somebody who lost theirs. */
export const NewPasswordPage = (): ReactNode => {
  const token = useLinkToken();
  const [password, setPassword] = useState('');
  const choose = useEntry('newPassword');
  return (
    <Entry title="Choose a new password">
      {token === null && <NoLink>Ask whoever made it to send it once more.</NoLink>}
      {choose.isSuccess && (
        <>
          <p>The new password holds from now on. Everywhere else you were signed out.</p>
          <Link className="button primary" href="/sign-in">
            Sign in
          </Link>
        </>
      )}
      {token !== null && !choose.isSuccess && (
        <Form
          act="Use this password"
          busy={choose.isPending}
          problem={choose.error}
          onSend={() => choose.mutate({ body: { token, password } })}
        >
          <PasswordField
            label="New password"
            help={PASSWORD_HELP}
            kind="new-password"
            autoFocus
            value={password}
            onType={setPassword}
          />
        </Form>
      )}
    </Entry>
  );
};
