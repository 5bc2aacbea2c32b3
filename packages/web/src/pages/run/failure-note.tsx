import type { PreviewView, RunView } from '@slipway/contracts/views';
import type { ReactNode } from 'react';
import { plainText } from '../../lib/ansi.ts';
import { Icon } from '../../ui/icon.tsx';
import { Words } from '../../ui/words.tsx';

type Told = NonNullable<RunView['failure']> & Partial<NonNullable<PreviewView['failure']>>;

/** Why it failed, what to do about it, and what was said last. */
export const FailureNote = ({ failure }: { readonly failure: Told }): ReactNode => {
  const lines = failure.lastLines ?? [];
  return (
    <section className="note bad" aria-label="Why it failed">
      <Icon name="warning" />
      <div className="stack">
        <div>
          <strong className="foreign">
            <Words text={failure.message} />
          </strong>
          {failure.hint !== '' && (
            <p className="foreign">
              <Words text={failure.hint} />
            </p>
          )}
          <p className="quiet mono">
            {failure.code}
            {failure.step !== undefined && failure.step !== null && `, in ${failure.step}`}
          </p>
        </div>
        {lines.length > 0 && <pre className="lines foreign">{lines.map(plainText).join('\n')}</pre>}
      </div>
    </section>
  );
};
