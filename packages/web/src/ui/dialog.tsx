import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  onClose(): void;
  readonly className?: string;
  readonly children: ReactNode;
}

/** The browser's own: it keeps the focus inside, gives it back, and closes by Escape. */
export const Dialog = ({ title, open, onClose, className = '', children }: DialogProps): ReactNode => {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; this is the click beside it.
    <dialog
      ref={dialog}
      className={className}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      {open && (
        <div className="stack">
          <h2 id={heading}>{title}</h2>
          {children}
        </div>
      )}
    </dialog>
  );
};

export interface ConfirmProps {
  readonly title: string;
  readonly open: boolean;
  onClose(): void;
  /** What is going to happen, and what cannot be taken back. */
  readonly children: ReactNode;
  /** The word of the button. */
  readonly act: string;
  /** Has to be typed first, for what cannot be undone. */
  readonly typed?: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  onConfirm(): void;
}

export const Confirm = (props: ConfirmProps): ReactNode => {
  const [text, setText] = useState('');
  const field = useId();
  const ready = (props.typed === undefined || text === props.typed) && props.busy !== true;
  const close = (): void => {
    setText('');
    props.onClose();
  };
  const confirm = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready) return;
    setText('');
    props.onConfirm();
  };
  return (
    <Dialog title={props.title} open={props.open} onClose={close}>
      <form onSubmit={confirm} className="stack">
        {props.children}
        {props.typed !== undefined && (
          <div className="field">
            <label htmlFor={field}>
              Type <code className="foreign">{props.typed}</code> to go on
            </label>
            <input
              id={field}
              className="input"
              value={text}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setText(event.target.value)}
            />
          </div>
        )}
        <div className="dialog-acts">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className={`button primary ${props.danger === true ? 'danger' : ''}`} disabled={!ready}>
            {props.act}
          </button>
        </div>
      </form>
    </Dialog>
  );
};
