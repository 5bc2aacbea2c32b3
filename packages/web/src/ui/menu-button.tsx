import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Icon, type IconName } from './icon.tsx';
import { itemsIn, moveInMenu, NOTHING_TYPED } from './menu-keys.ts';

export interface MenuEntry {
  readonly word: string;
  readonly icon?: IconName;
  /** Either a page of ours, an address outside, or something to do. */
  readonly to?: string;
  readonly href?: string | undefined;
  /** Of a page: what else is done when one goes there. */
  readonly act?: () => void;
  /** Of pages: the one that is shown. */
  readonly here?: boolean;
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
  /** What the button says in full, where it may be cut. */
  readonly title?: string | undefined;
}

const Item = ({ entry, done }: { readonly entry: MenuEntry; done(): void }): ReactNode => {
  const { to, href, disabled } = entry;
  const common = { role: 'menuitem', tabIndex: -1, className: entry.danger === true ? 'danger' : '' } as const;
  const act = (): void => {
    done();
    entry.act?.();
  };
  const inside = (
    <>
      {entry.icon !== undefined && <Icon name={entry.icon} />}
      <span className="foreign">{entry.word}</span>
      {entry.here === true && <Icon name="check" />}
    </>
  );
  if (typeof disabled === 'string')
    return (
      <div {...common} aria-disabled="true" title={disabled}>
        {inside}
      </div>
    );
  if (to !== undefined)
    return (
      <Link {...common} href={to} onClick={act} aria-current={entry.here === true ? 'page' : undefined}>
        {inside}
      </Link>
    );
  if (href !== undefined)
    return (
      <a {...common} href={href} target="_blank" rel="noreferrer" onClick={done}>
        {inside}
      </a>
    );
  return (
    <button type="button" {...common} onClick={act}>
      {inside}
    </button>
  );
};

/**
 * Below its button, or above where there is no room; in the top layer, so that nothing cuts it off. From where the words of the button
 * begin, and no narrower than they are; one of an icon alone ends where that ends, since those stand at the right.
 */
const place = (menu: HTMLElement, button: HTMLElement): void => {
  const at = button.getBoundingClientRect();
  const ofWords = !button.classList.contains('only-icon');
  if (ofWords) menu.style.minWidth = `${at.width}px`;
  const { width, height } = menu.getBoundingClientRect();
  const left = ofWords ? at.left : at.right - width;
  const below = at.bottom + 4 + height <= window.innerHeight;
  menu.style.top = `${Math.max(below ? at.bottom + 4 : at.top - 4 - height, 4)}px`;
  menu.style.left = `${Math.min(Math.max(left, 8), window.innerWidth - width - 8)}px`;
};

/** Opens and closes; where it opens one is at what is shown now, else at the first. */
const useMenu = () => {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const typed = useRef(NOTHING_TYPED);
  const close = (): void => {
    menu.current?.hidePopover();
    button.current?.focus();
  };
  useLayoutEffect(() => {
    if (!open || menu.current === null || button.current === null) return;
    place(menu.current, button.current);
    const items = itemsIn(menu.current);
    (items.find((item) => item.ariaCurrent === 'page') ?? items[0])?.focus();
  }, [open]);
  const onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') event.preventDefault();
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else typed.current = moveInMenu(event, menu.current, typed.current);
  };
  const onButtonKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    event.stopPropagation();
    menu.current?.showPopover();
  };
  return { open, setOpen, button, menu, close, onKey, onButtonKey };
};

export const MenuButton = ({
  label,
  entries,
  children,
  className = 'bare small only-icon',
  title,
}: MenuButtonProps): ReactNode => {
  const { open, setOpen, button, menu, close, onKey, onButtonKey } = useMenu();
  const id = useId();
  const alone = children === undefined ? label : undefined;
  return (
    <>
      <button
        ref={button}
        type="button"
        className={`button ${className}`}
        popoverTarget={id}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={alone}
        title={title ?? alone}
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
        {open &&
          entries.map(
            (entry) => entry !== false && <Item key={`${entry.word} ${entry.to ?? ''}`} entry={entry} done={close} />,
          )}
      </div>
    </>
  );
};
