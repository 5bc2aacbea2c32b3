import { type ReactNode, useState } from 'react';
import { useRead } from '../../api/api.ts';
import { asProblem } from '../../api/problem.ts';
import { webAddress } from '../../lib/safe-href.ts';
import { TextField } from '../../ui/field.tsx';
import { CheckField, Form } from '../../ui/form.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { ProblemNote } from '../../ui/states.tsx';
import { sayProblem } from '../../ui/toasts.tsx';
import { Words } from '../../ui/words.tsx';
import { Entry } from './entry.tsx';
import { enter, nextIn } from './link-token.ts';
import { refusalWords } from './refusals.ts';
import { useEntry } from './use-entry.ts';

export const SignInPage = (): ReactNode => {
  const [second, setSecond] = useState(false);
  const done = (): void => enter(nextIn(window.location.search));
  if (second) return <SecondFactor onDone={done} onBack={() => setSecond(false)} />;
  return (
    <Entry title="Sign in">
      <Remarks />
      <PasswordForm onDone={done} onSecond={() => setSecond(true)} />
      <Providers />
    </Entry>
  );
};

/** What somebody ought to know before they try: nobody has an account yet, or a provider sent them back. */
const Remarks = (): ReactNode => {
  const ways = useRead('signInWays', {});
  const refused = refusalWords(window.location.search);
  return (
    <>
      {refused !== null && (
        <div className="note bad" role="alert">
          <Icon name="warning" />
          <div>
            <strong>{refused.title}</strong>
            <p className="quiet">
              <Words text={refused.hint} />
            </p>
          </div>
        </div>
      )}
      {ways.data?.setup === true && (
        <div className="note info">
          <Icon name="key" />
          <p>
            Nobody has an account here yet. On the machine where Slipway runs, <code>slipway setup</code> prints the
            link that makes the first one.
          </p>
        </div>
      )}
      {ways.error !== null && ways.data === undefined && (
        <ProblemNote problem={asProblem(ways.error)} again={() => void ways.refetch()} />
      )}
    </>
  );
};

const PasswordForm = ({ onDone, onSecond }: { onDone(): void; onSecond(): void }): ReactNode => {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [remember, setRemember] = useState(true);
  const signIn = useEntry('signIn');
  const send = (): void =>
    signIn.mutate(
      { body: { email, password, remember } },
      { onSuccess: ({ signedIn }) => (signedIn ? onDone() : onSecond()) },
    );
  return (
    <Form act="Sign in" busy={signIn.isPending} problem={signIn.error} onSend={send}>
      <TextField
        label="E-mail address"
        type="email"
        name="email"
        autoComplete="username"
        required
        autoFocus
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField label="Password" kind="current-password" value={password} onType={setPassword} />
      <CheckField label="Stay signed in on this device" checked={remember} onCheck={setRemember} />
    </Form>
  );
};

const Providers = (): ReactNode => {
  const providers = useRead('signInWays', {}).data?.providers ?? [];
  const begin = useEntry('signInWith');
  const go = (provider: string): void =>
    begin.mutate(
      { parameters: { provider }, body: { next: nextIn(window.location.search) } },
      {
        onSuccess: ({ url }) => window.location.assign(webAddress(url) ?? '/sign-in?error=failed'),
        onError: sayProblem,
      },
    );
  if (providers.length === 0) return null;
  return (
    <div className="entry-ways">
      {providers.map(({ id, name }) => (
        <button key={id} type="button" className="button" disabled={begin.isPending} onClick={() => go(id)}>
          Sign in with <span className="foreign">{name}</span>
        </button>
      ))}
    </div>
  );
};

/** The code of the app; or, without the phone, one of the recovery codes. */
const SecondFactor = ({ onDone, onBack }: { onDone(): void; onBack(): void }): ReactNode => {
  const [code, setCode] = useState('');
  const [recovery, setRecovery] = useState(false);
  const byApp = useEntry('signInCode');
  const byRecovery = useEntry('signInRecovery');
  const act = recovery ? byRecovery : byApp;
  const swap = (): void => {
    setRecovery(!recovery);
    setCode('');
  };
  return (
    <Entry title="Second factor">
      <Form
        act="Continue"
        busy={act.isPending}
        problem={act.error}
        onSend={() => act.mutate({ body: { code: code.trim() } }, { onSuccess: onDone, onError: () => setCode('') })}
      >
        <TextField
          key={String(recovery)}
          label={recovery ? 'Recovery code' : 'Code of your app'}
          help={recovery ? 'Each works once.' : 'Six digits, new every 30 seconds.'}
          autoComplete="one-time-code"
          inputMode={recovery ? 'text' : 'numeric'}
          spellCheck={false}
          autoCapitalize="none"
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Form>
      <div className="entry-ways">
        <button type="button" className="button" onClick={swap}>
          {recovery ? 'Use the code of your app' : 'Use a recovery code'}
        </button>
        <button type="button" className="button bare" onClick={onBack}>
          Begin with the password again
        </button>
      </div>
    </Entry>
  );
};
