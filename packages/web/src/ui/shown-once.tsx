import { type ReactNode, useEffect, useRef } from 'react';
import { CopyButton } from './copy.tsx';
import './form.css';

/** A secret that the server says this once. It stands in the page until somebody puts it away: a dialog closes by one wrong click. */
export const ShownOnce = ({
  title,
  value,
  onDone,
  children,
}: {
  readonly title: string;
  readonly value: string;
  onDone(): void;
  /** What to do with it. */
  readonly children?: ReactNode;
}): ReactNode => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <section ref={box} className="note info once" tabIndex={-1} aria-label={title}>
      <strong>{title}</strong>
      <div className="row">
        <code className="foreign">{value}</code>
        <CopyButton text={value} label={`Copy: ${title}`} />
      </div>
      {children}
      <p className="row wrap">
        It is shown this once.
        <button type="button" className="button small push" onClick={onDone}>
          I have kept it
        </button>
      </p>
    </section>
  );
};
