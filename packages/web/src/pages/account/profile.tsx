import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { say } from '../../ui/toasts.tsx';

type Asked = 'name' | 'address';

/** Two facts of a list, each with its button: how one is called, and what one signs in with. */
export const ProfileFacts = ({ name, email }: { readonly name: string; readonly email: string }): ReactNode => {
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => setAsked(null);
  return (
    <>
      <dt>Name</dt>
      <dd className="row wrap">
        <span className="foreign">{name}</span>
        <button type="button" className="button small" onClick={() => setAsked('name')}>
          Change<span className="hidden-word"> your name</span>
        </button>
      </dd>
      <dt>E-mail</dt>
      <dd className="row wrap">
        <span className="foreign">{email}</span>
        <button type="button" className="button small" onClick={() => setAsked('address')}>
          Change<span className="hidden-word"> your e-mail address</span>
        </button>
        {asked === 'name' && <NameDialog name={name} onClose={close} />}
        {asked === 'address' && <AddressDialog email={email} onClose={close} />}
      </dd>
    </>
  );
};

const NameDialog = ({ name, onClose }: { readonly name: string; onClose(): void }): ReactNode => {
  const [text, setText] = useState(name);
  const change = useAct('changeProfile');
  const send = (): void =>
    void change.mutateAsync({ body: { name: text } }).then(
      () => {
        say('Your name is changed.');
        onClose();
      },
      () => null,
    );
  return (
    <Dialog title="Your name" open onClose={onClose}>
      <Form act="Change" busy={change.isPending} problem={change.error} onSend={send} onCancel={onClose}>
        <TextField
          label="Name"
          autoComplete="name"
          required
          autoFocus
          maxLength={100}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Form>
    </Dialog>
  );
};

const AddressDialog = ({ email, onClose }: { readonly email: string; onClose(): void }): ReactNode => {
  const [text, setText] = useState('');
  const [password, setPassword] = useState('');
  const change = useAct('changeAddress');
  const send = (): void =>
    void change.mutateAsync({ body: { email: text, password } }).then(
      () => {
        say('From now on you sign in with the new address.');
        onClose();
      },
      () => null,
    );
  return (
    <Dialog title="Your e-mail address" open onClose={onClose}>
      <p>
        You sign in with it, and the audit log knows you by it. What you wrote and asked for under{' '}
        <strong className="foreign">{email}</strong> stays yours: you approve none of it.
      </p>
      <Form act="Change" busy={change.isPending} problem={change.error} onSend={send} onCancel={onClose}>
        <TextField
          label="New e-mail address"
          help="As in your commits. Slipway sends no mail, so mistype nothing."
          type="email"
          autoComplete="email"
          required
          autoFocus
          maxLength={254}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <PasswordField label="Present password" kind="current-password" value={password} onType={setPassword} />
      </Form>
    </Dialog>
  );
};
