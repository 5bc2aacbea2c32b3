import { type ReactNode, useEffect, useState } from 'react';
import { Icon } from './icon.tsx';

const SHOWN_MS = 1_500;

/** Also where the page came without TLS, which takes the clipboard's own interface away. */
const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    const host = document.querySelector('dialog[open]') ?? document.body;
    host.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
};

const useCopy = (text: string): readonly [copied: boolean, copy: () => void] => {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, () => void copyText(text).then(setCopied)];
};

export const CopyButton = ({ text, label }: { readonly text: string; readonly label: string }): ReactNode => {
  const [copied, copy] = useCopy(text);
  return (
    <button type="button" className="button bare small only-icon" onClick={copy} title={label} aria-label={label}>
      <Icon name={copied ? 'check' : 'copy'} />
      <span className="hidden-word" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
};

/** A commit in short; a click copies all of it. */
export const Sha = ({ sha }: { readonly sha: string }): ReactNode => {
  const [copied, copy] = useCopy(sha);
  return (
    <button
      type="button"
      className="copy"
      onClick={copy}
      title={`Copy ${sha}`}
      aria-label={`Copy commit ${sha.slice(0, 8)}`}
    >
      <span className="chip">{copied ? 'copied' : sha.slice(0, 8)}</span>
    </button>
  );
};
