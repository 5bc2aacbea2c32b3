import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import type { Answer } from '../../api/routes.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/page.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { Status } from '../../ui/status.tsx';
import { say } from '../../ui/toasts.tsx';
import { QrCode } from './qr-code.tsx';
import './second-factor.css';

type Begun = Answer<'enableSecondFactor'>;
type Asking = 'on' | 'off' | 'codes';

const secretIn = (address: string): string => URL.parse(address)?.searchParams.get('secret') ?? '';

export const SecondFactorPanel = ({ on }: { readonly on: boolean }): ReactNode => {
  const [asking, setAsking] = useState<Asking | null>(null);
  const [begun, setBegun] = useState<Begun | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Panel title="Second factor" acts={<Status tone={on ? 'good' : 'off'}>{on ? 'On' : 'Off'}</Status>}>
      <div className="inside stack">
        <p className="quiet">
          {on
            ? 'After your password you are asked for a code of your app.'
            : 'With it a stolen password alone opens nothing: after it you are asked for a code of an app on your phone.'}
        </p>
        {begun !== null && (
          <Begin
            begun={begun}
            onDone={() => {
              setBegun(null);
              setCodes(begun.recoveryCodes);
            }}
            onCancel={() => setBegun(null)}
          />
        )}
        {codes !== null && <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
        {begun === null && codes === null && <Offers on={on} onAsk={setAsking} />}
      </div>
      {asking !== null && (
        <AskPassword asking={asking} onClose={() => setAsking(null)} onBegun={setBegun} onCodes={setCodes} />
      )}
    </Panel>
  );
};

const Offers = ({ on, onAsk }: { readonly on: boolean; onAsk(what: Asking): void }): ReactNode =>
  on ? (
    <div className="row wrap">
      <button type="button" className="button" onClick={() => onAsk('codes')}>
        New recovery codes
      </button>
      <button type="button" className="button danger" onClick={() => onAsk('off')}>
        Switch off
      </button>
    </div>
  ) : (
    <div>
      <button type="button" className="button primary" onClick={() => onAsk('on')}>
        Switch on
      </button>
    </div>
  );

const ASKED = {
  on: { title: 'Switch the second factor on', act: 'Continue' },
  off: { title: 'Switch the second factor off', act: 'Switch off' },
  codes: { title: 'New recovery codes', act: 'Make new codes' },
} as const;

interface AskProps {
  readonly asking: Asking;
  onClose(): void;
  onBegun(answer: Begun): void;
  onCodes(codes: readonly string[]): void;
}

const useAsked = ({ asking, onClose, onBegun, onCodes }: AskProps) => {
  const enable = useAct('enableSecondFactor');
  const disable = useAct('disableSecondFactor');
  const renew = useAct('renewRecoveryCodes');
  const sends: Readonly<Record<Asking, (asked: { readonly body: { readonly password: string } }) => Promise<void>>> = {
    on: (asked) => enable.mutateAsync(asked).then(onBegun),
    codes: (asked) => renew.mutateAsync(asked).then(({ recoveryCodes }) => onCodes(recoveryCodes)),
    off: (asked) => disable.mutateAsync(asked).then(() => say('The second factor is off.')),
  };
  // What went wrong stands in the form.
  const send = (password: string): void => void sends[asking]({ body: { password } }).then(onClose, () => null);
  return { send, act: { on: enable, off: disable, codes: renew }[asking] };
};

/** Whoever sits at an open page is not yet the person: the password is asked for once more. */
const AskPassword = (props: AskProps): ReactNode => {
  const [password, setPassword] = useState('');
  const { send, act } = useAsked(props);
  const { asking, onClose } = props;
  const { title, act: word } = ASKED[asking];
  return (
    <Dialog title={title} open onClose={onClose}>
      <Form
        act={word}
        danger={asking === 'off'}
        busy={act.isPending}
        problem={act.error}
        onSend={() => send(password)}
        onCancel={onClose}
      >
        {asking === 'codes' && <p>The codes that you have are worth nothing afterwards.</p>}
        <PasswordField label="Your password" kind="current-password" autoFocus value={password} onType={setPassword} />
      </Form>
    </Dialog>
  );
};

const Begin = ({ begun, onDone, onCancel }: { readonly begun: Begun; onDone(): void; onCancel(): void }): ReactNode => {
  const [code, setCode] = useState('');
  const first = useAct('signInCode');
  const secret = secretIn(begun.address);
  const send = (): void =>
    first.mutate(
      { body: { code: code.trim() } },
      {
        onSuccess: () => {
          say('The second factor is on.');
          onDone();
        },
      },
    );
  return (
    <div className="second-factor">
      <QrCode text={begun.address} label="QR code for your authenticator app" />
      <div className="stack">
        <p>Scan this with an authenticator app. Where that is not possible, type the secret into it:</p>
        <p className="row">
          <code className="foreign">{secret}</code>
          <CopyButton text={secret} label="Copy the secret" />
        </p>
        <Form act="Switch on" busy={first.isPending} problem={first.error} onSend={send} onCancel={onCancel}>
          <TextField
            label="First code of the app"
            autoComplete="one-time-code"
            inputMode="numeric"
            required
            autoFocus
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </Form>
      </div>
    </div>
  );
};

const RecoveryCodes = ({ codes, onDone }: { readonly codes: readonly string[]; onDone(): void }): ReactNode => (
  <section className="note info once" aria-label="Recovery codes">
    <strong>Recovery codes</strong>
    <p>
      Without your phone each of these lets you in once. Keep them where you keep your passwords; they are shown this
      once.
    </p>
    <ul className="codes">
      {codes.map((code) => (
        <li key={code}>{code}</li>
      ))}
    </ul>
    <p className="row wrap">
      <CopyButton text={codes.join('\n')} label="Copy all codes" />
      <button type="button" className="button small push" onClick={onDone}>
        I have kept them
      </button>
    </p>
  </section>
);
