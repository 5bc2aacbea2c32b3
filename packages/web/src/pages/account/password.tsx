import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/page.tsx';
import { PASSWORD_HELP, PasswordField } from '../../ui/password-field.tsx';
import { say } from '../../ui/toasts.tsx';

export const PasswordPanel = ({ email }: { readonly email: string }): ReactNode => {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useAct('changePassword');
  const clear = (): void => {
    setCurrent('');
    setPassword('');
    say('The new password holds. Everywhere else you were signed out.');
  };
  return (
    <Panel title="Password">
      <div className="inside">
        <Form
          act="Change password"
          busy={change.isPending}
          problem={change.error}
          onSend={() => change.mutate({ body: { current, password } }, { onSuccess: clear })}
        >
          <input type="hidden" autoComplete="username" value={email} readOnly />
          <PasswordField label="Present password" kind="current-password" value={current} onType={setCurrent} />
          <PasswordField
            label="New password"
            help={PASSWORD_HELP}
            kind="new-password"
            value={password}
            onType={setPassword}
          />
        </Form>
      </div>
    </Panel>
  );
};
