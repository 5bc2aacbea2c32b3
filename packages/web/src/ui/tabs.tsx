import { type KeyboardEvent, type ReactNode, useId } from 'react';

export interface Tab {
  readonly key: string;
  readonly word: string;
  readonly content: () => ReactNode;
}

/** Arrows move between tabs, and the tab that is moved to is shown. */
export const Tabs = ({
  label,
  tabs,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  onChoose(key: string): void;
}): ReactNode => {
  const id = useId();
  const shown = tabs.find((tab) => tab.key === chosen) ?? tabs[0];
  const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || shown === undefined) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(shown) + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    onChoose(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKey}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            id={`${id}-${tab.key}`}
            type="button"
            role="tab"
            aria-selected={tab === shown}
            aria-controls={`${id}-panel`}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => onChoose(tab.key)}
          >
            {tab.word}
          </button>
        ))}
      </div>
      {shown !== undefined && (
        <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${shown.key}`}>
          {shown.content()}
        </div>
      )}
    </>
  );
};
