import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useAnswers } from '../api/connection.ts';
import { useLiveChanges } from '../api/live.ts';
import { useMe } from '../api/me.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { NavList, ProjectSwitcher, TabBar } from './nav.tsx';
import { Palette } from './palette.tsx';
import { HelpDialog, useShortcuts } from './shortcuts.tsx';
import { useTheme } from './theme.ts';

type Open = 'palette' | 'help' | 'more' | null;

const THEME_WORDS = { system: 'System theme', light: 'Light theme', dark: 'Dark theme' } as const;

const ThemeButton = (): ReactNode => {
  const [theme, next] = useTheme();
  return (
    <button type="button" className="nav-button" onClick={next}>
      <Icon name={theme === 'light' ? 'sun' : 'moon'} />
      {THEME_WORDS[theme]}
    </button>
  );
};

const Tools = ({ onOpen }: { onOpen(what: Open): void }): ReactNode => {
  const me = useMe();
  return (
    <div className="nav">
      <button type="button" className="nav-button" onClick={() => onOpen('palette')}>
        <Icon name="search" />
        Search <kbd className="push">Ctrl K</kbd>
      </button>
      <button type="button" className="nav-button" onClick={() => onOpen('help')}>
        <Icon name="keyboard" />
        Keyboard <kbd className="push">?</kbd>
      </button>
      <ThemeButton />
      {me?.user != null && (
        <Link href="/account">
          <Icon name="user" />
          <span className="cut foreign">{me.user.name}</span>
        </Link>
      )}
    </div>
  );
};

/** Whether the keyboard is at something of the page that is still there: a list that one chooses from changes the address, and stays. */
const staysAt = (main: HTMLElement | null): boolean =>
  main !== null && document.activeElement !== main && main.contains(document.activeElement);

/** A new page begins at its top, and is where the keyboard is; going back leaves both alone. */
const useArrival = (): React.RefObject<HTMLElement | null> => {
  const main = useRef<HTMLElement>(null);
  const [location] = useLocation();
  const first = useRef(true);
  const wentBack = useRef(false);
  useEffect(() => {
    const onBack = (): void => {
      wentBack.current = true;
    };
    window.addEventListener('popstate', onBack);
    return () => window.removeEventListener('popstate', onBack);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of the address that matters.
  useEffect(() => {
    if (!first.current && !wentBack.current && !staysAt(main.current)) {
      window.scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
    wentBack.current = false;
  }, [location]);
  return main;
};

const OfflineBar = (): ReactNode =>
  useAnswers() ? null : (
    <div className="bar" role="status">
      <Icon name="warning" />
      <span>Slipway does not answer. What you see is as it was; this page goes on by itself when it is back.</span>
    </div>
  );

export const Shell = ({ children }: { readonly children: ReactNode }): ReactNode => {
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  useShortcuts({ palette: () => setOpen('palette'), help: () => setOpen('help') });
  useLiveChanges();
  const main = useArrival();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <aside className="side" aria-label="Navigation">
        <Link href="/" className="brand">
          <img src="/icon.svg" alt="" width="20" height="20" />
          Slipway
        </Link>
        <ProjectSwitcher />
        <NavList />
        <div className="push-down">
          <Tools onOpen={setOpen} />
        </div>
      </aside>
      <div className="page">
        <OfflineBar />
        <main ref={main} id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
      <TabBar onMore={() => setOpen('more')} />
      <Palette open={open === 'palette'} onClose={close} />
      <HelpDialog open={open === 'help'} onClose={close} />
      <Dialog title="Where to" className="drawer" open={open === 'more'} onClose={close}>
        <ProjectSwitcher onGo={close} />
        <NavList onFollow={close} />
        <Tools onOpen={setOpen} />
      </Dialog>
    </div>
  );
};
