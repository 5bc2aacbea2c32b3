import { type ReactNode, useId } from 'react';
import { Icon, type IconName } from './icon.tsx';
import { say } from './toasts.tsx';

/** One that cannot be used now stays where it is and says why: to the pointer, to a screen reader, and to whoever presses it all the same. */
export const ActButton = ({
  word,
  icon,
  why = null,
  onAct,
}: {
  readonly word: string;
  readonly icon: IconName;
  /** Why it cannot be done now; null: it can. */
  readonly why?: string | null;
  onAct(): void;
}): ReactNode => {
  const id = useId();
  return (
    <>
      <button
        type="button"
        className="button"
        aria-disabled={why !== null || undefined}
        aria-describedby={why === null ? undefined : id}
        title={why ?? undefined}
        onClick={() => (why === null ? onAct() : say(why))}
      >
        <Icon name={icon} />
        {word}
      </button>
      {why !== null && (
        <span id={id} className="hidden-word">
          {why}
        </span>
      )}
    </>
  );
};
