import { type ReactNode, useId, useState } from 'react';
import './form.css';

/** Can be looked at while it is typed, and pasted into: a password manager fills it in. */
export const PasswordField = ({
  label,
  help,
  kind,
  value,
  autoFocus,
  onType,
}: {
  readonly label: string;
  readonly help?: string;
  /** What password managers make of it. */
  readonly kind: 'current-password' | 'new-password';
  readonly value: string;
  readonly autoFocus?: boolean;
  onType(value: string): void;
}): ReactNode => {
  const [shown, setShown] = useState(false);
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="input-row">
        <input
          id={id}
          className="input"
          type={shown ? 'text' : 'password'}
          autoComplete={kind}
          // biome-ignore lint/a11y/noAutofocus: only where it is the one field of a page or a dialog.
          autoFocus={autoFocus}
          required
          spellCheck={false}
          autoCapitalize="none"
          value={value}
          aria-describedby={help === undefined ? undefined : `${id}-help`}
          onChange={(event) => onType(event.target.value)}
        />
        <button type="button" className="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide' : 'Show'}
          <span className="hidden-word"> {label.toLowerCase()}</span>
        </button>
      </div>
      {help !== undefined && (
        <span className="help" id={`${id}-help`}>
          {help}
        </span>
      )}
    </div>
  );
};

/** The server asks more of it (`password-weak`); this is what can be said beforehand. */
export const PASSWORD_HELP = 'At least 10 characters; a few words in a row are better than signs.';
