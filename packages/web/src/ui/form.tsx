import './form.css';
import type { FormEvent, ReactNode } from 'react';
import { asProblem, type Problem } from '../api/problem.ts';
import { ProblemNote } from './states.tsx';

/** Fields, what the server had against them, and the one button that sends them; Enter does the same. */
export const Form = ({
  act,
  busy,
  problem,
  ready = true,
  danger = false,
  onCancel,
  onSend,
  children,
}: {
  /** The word of the button. */
  readonly act: string;
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** False: something has to be filled in first. */
  readonly ready?: boolean;
  readonly danger?: boolean;
  onSend(): void;
  /** Of a dialog. */
  onCancel?: () => void;
  readonly children: ReactNode;
}): ReactNode => {
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !busy) onSend();
  };
  return (
    <form className="stack" onSubmit={send} aria-busy={busy}>
      {children}
      {problem !== null && <ProblemNote problem={asProblem(problem)} />}
      <div className="dialog-acts">
        {onCancel !== undefined && (
          <button type="button" className="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button type="submit" className={`button primary ${danger ? 'danger' : ''}`} disabled={!ready || busy}>
          {busy ? 'One moment …' : act}
        </button>
      </div>
    </form>
  );
};

export const CheckField = ({
  label,
  help,
  checked,
  disabled = false,
  onCheck,
}: {
  readonly label: ReactNode;
  readonly help?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  onCheck(checked: boolean): void;
}): ReactNode => (
  <label className="check">
    <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onCheck(event.target.checked)} />
    <span>
      {label}
      {help !== undefined && <span className="quiet"> {help}</span>}
    </span>
  </label>
);
