import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Icon, type IconName } from './icon.tsx';

export interface MenuEntry {
  readonly word: string;
  readonly icon?: IconName;
  /** Either a page of ours, an address outside, or something to do. */
  readonly to?: string;
  readonly href?: string | undefined;
  readonly act?: () => void;
  readonly danger?: boolean;
  /** Why it cannot be done now. */
  readonly disabled?: string | false;
}

export interface MenuButtonProps {
  readonly label: string;
  /** Left out entries are not shown: what somebody may not do is no offer. */
  readonly entries: readonly (MenuEntry | false)[];
  readonly children?: ReactNode;
  readonly className?: string;
}

const itemsIn = (menu: HTMLElement | null): HTMLElement[] => [
  ...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? []),
];

/** Arrows, Home, End and the first letter move; Escape and Tab leave. */
const move = (event: KeyboardEvent, menu: HTMLElement | null): void => {
  const items = itemsIn(menu);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const step = steps[event.key];
  const next =
    step === undefined
      ? items.find((item, index) => index > at && item.textContent.trim().toLowerCase().startsWith(event.key))
      : items.at(step >= items.length ? 0 : step);
  if (step !== undefined) event.preventDefault();
  if (step !== undefined || event.key.length === 1) next?.focus();
};

const Item = ({ entry, done }: { readonly entry: MenuEntry; done(): void }): ReactNode => {
  const inside = (
    <>
      {entry.icon !== undefined && <Icon name={entry.icon} />}
      {entry.word}
    </>
  );
  const common = { role: 'menuitem', tabIndex: -1, className: entry.danger === true ? 'danger' : '' } as const;
  if (typeof entry.disabled === 'string')
    return (
      <div {...common} aria-disabled="true" title={entry.disabled}>
        {inside}
      </div>
    );
  if (entry.to !== undefined)
    return (
      <Link {...common} href={entry.to} onClick={done}>
        {inside}
      </Link>
    );
  if (entry.href !== undefined)
    return (
      <a {...common} href={entry.href} target="_blank" rel="noreferrer" onClick={done}>
        {inside}
      </a>
    );
  const act = (): void => {
    done();
    entry.act?.();
  };
  return (
    <button type="button" {...common} onClick={act}>
      {inside}
    </button>
  );
};

/** Below its button, or above where there is no room; in the top layer, so that nothing cuts it off. */
const place = (menu: HTMLElement, button: HTMLElement): void => {
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + 4 + height <= window.innerHeight;
  menu.style.top = `${Math.max(below ? at.bottom + 4 : at.top - 4 - height, 4)}px`;
  menu.style.left = `${Math.min(Math.max(at.right - width, 8), window.innerWidth - width - 8)}px`;
};

export const MenuButton = ({
  label,
  entries,
  children,
  className = 'bare small only-icon',
}: MenuButtonProps): ReactNode => {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = (): void => {
    menu.current?.hidePopover();
    button.current?.focus();
  };
  useLayoutEffect(() => {
    if (!open || menu.current === null || button.current === null) return;
    place(menu.current, button.current);
    itemsIn(menu.current)[0]?.focus();
  }, [open]);
  const onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') close();
    if (event.key === 'Escape') event.preventDefault();
    if (event.key !== 'Escape' && event.key !== 'Tab') move(event, menu.current);
  };
  const onButtonKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    event.stopPropagation();
    menu.current?.showPopover();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={`button ${className}`}
        popoverTarget={id}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={children === undefined ? label : undefined}
        title={children === undefined ? label : undefined}
        onKeyDown={onButtonKey}
      >
        {children ?? <Icon name="more" />}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        className="menu"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        onKeyDown={onKey}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {open && entries.map((entry) => entry !== false && <Item key={entry.word} entry={entry} done={close} />)}
      </div>
    </>
  );
};
