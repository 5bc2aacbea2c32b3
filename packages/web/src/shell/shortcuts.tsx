import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { Dialog } from '../ui/dialog.tsx';
import { type NavLink, useNavLinks } from './nav.tsx';

const TOGETHER_MS = 1_200;

/** Letters are for fields while one types. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

interface Acts {
  palette(): void;
  help(): void;
}

/** The field of the page that filters or searches. */
const toFilter = (): boolean => {
  const field = document.querySelector<HTMLInputElement>('main [data-filter]');
  field?.focus();
  field?.select();
  return field !== null;
};

const onPlainKey = (
  key: string,
  after: string,
  links: readonly NavLink[],
  go: (to: string) => void,
  acts: Acts,
): boolean => {
  const link = after === 'g' ? links.find(({ letter }) => letter === key) : undefined;
  if (link !== undefined) go(link.to);
  else if (key === '?') acts.help();
  else if (key === '/') return toFilter();
  else return false;
  return true;
};

const isPaletteKey = ({ ctrlKey, metaKey, key }: KeyboardEvent): boolean =>
  (ctrlKey || metaKey) && key.toLowerCase() === 'k';

/** A key alone, outside of fields and dialogs, that nobody else took. */
const isOurs = (event: KeyboardEvent): boolean =>
  !(event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) &&
  document.querySelector('dialog[open]') === null;

export const useShortcuts = (acts: Acts): void => {
  const links = useNavLinks();
  const [, go] = useLocation();
  const now = useRef({ links, go, acts });
  now.current = { links, go, acts };
  useEffect(() => {
    let before = { key: '', at: 0 };
    const onOwnKey = ({ key, timeStamp: at }: KeyboardEvent): boolean => {
      const { links, go, acts } = now.current;
      const after = at - before.at < TOGETHER_MS ? before.key : '';
      before = { key, at };
      return onPlainKey(key, after, links, go, acts);
    };
    const onKey = (event: KeyboardEvent): void => {
      const palette = isPaletteKey(event);
      if (palette) now.current.acts.palette();
      if (palette || (isOurs(event) && onOwnKey(event))) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
};

export const HelpDialog = ({ open, onClose }: { readonly open: boolean; onClose(): void }): ReactNode => {
  const links = useNavLinks();
  const rows: readonly (readonly [keys: readonly string[], says: string])[] = [
    [['Ctrl', 'K'], 'Search pages, branches and acts'],
    [['/'], 'Filter what is on this page'],
    [['?'], 'This help'],
    [['←', '↑', '↓', '→'], 'On the board: from card to card'],
    [['Enter'], 'On a card: open it'],
    [['.'], 'On a card: what can be done with it'],
    ...links.map(({ letter, word }) => [['g', letter], word] as const),
  ];
  return (
    <Dialog title="Keyboard" open={open} onClose={onClose}>
      <dl className="facts">
        {rows.map(([keys, says]) => (
          <div key={says} style={{ display: 'contents' }}>
            <dt className="row">
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
};
