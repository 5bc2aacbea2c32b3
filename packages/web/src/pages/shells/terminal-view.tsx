import type { ShellEnd } from '@slipway/contracts/shell-views';
import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { type ReactNode, useEffect, useRef } from 'react';
import { attachShell, type ShellSocket } from './shell-socket.ts';
import { letXtermStyle } from './xterm-styles.ts';

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const LINES_KEPT = 10_000;
/** Tab belongs to the shell: this key leaves the terminal. */
const LEAVE_KEY = 'F6';

const themeNow = (): ITheme => {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name: string): string => styles.getPropertyValue(name).trim();
  const bright = (name: string): string => `bright${name[0]?.toUpperCase()}${name.slice(1)}`;
  return {
    background: colour('--log-ground'),
    foreground: colour('--text'),
    cursor: colour('--accent'),
    cursorAccent: colour('--log-ground'),
    selectionBackground: colour('--accent-soft'),
    ...Object.fromEntries(
      COLOURS.flatMap((name) => [name, bright(name)].map((key) => [key, colour(`--ansi-${name}`)])),
    ),
  };
};

/** Calls `work` when light becomes dark, by hand or with the system. */
const onTheme = (work: () => void): (() => void) => {
  const media = window.matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(work);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  media.addEventListener('change', work);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', work);
  };
};

const openTerminal = (host: HTMLElement): { readonly terminal: Terminal; readonly fit: FitAddon } => {
  const terminal = new Terminal({
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono').trim(),
    fontSize: 13,
    scrollback: LINES_KEPT,
    theme: themeNow(),
    // Addresses that a program names: shown as text, followed by nobody by mistake.
    linkHandler: { activate: () => undefined },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(host);
  return { terminal, fit };
};

export interface TerminalViewProps {
  readonly shell: string;
  readonly label: string;
  /** For screen readers: xterm then tells what it shows, but takes no composed letters and no keyboards of phones. */
  readonly aloud: boolean;
  onEnd(end: ShellEnd['exit'] | null): void;
  onLeave(): void;
}

const attach = (terminal: Terminal, { shell, onEnd }: TerminalViewProps): ShellSocket => {
  const socket = attachShell(shell, {
    show: (bytes) => terminal.write(bytes),
    ended: (end) => {
      terminal.options.disableStdin = true;
      onEnd(end);
    },
  });
  terminal.onData(socket.type);
  terminal.onBinary(socket.typeBytes);
  terminal.onResize(({ cols, rows }) => socket.resize(cols, rows));
  socket.resize(terminal.cols, terminal.rows);
  return socket;
};

/** One terminal on one shell, from when it is shown until it goes away; then the shell ends. */
export const TerminalView = (props: TerminalViewProps): ReactNode => {
  const host = useRef<HTMLDivElement>(null);
  const now = useRef(props);
  now.current = props;
  const { shell, aloud } = props;
  const shown = useRef<Terminal>(null);
  useEffect(() => {
    if (shown.current !== null) shown.current.options.screenReaderMode = aloud;
  }, [aloud]);
  useEffect(() => {
    if (host.current === null) return;
    const takeBack = letXtermStyle();
    const { terminal, fit } = openTerminal(host.current);
    shown.current = terminal;
    terminal.options.screenReaderMode = now.current.aloud;
    terminal.attachCustomKeyEventHandler((event) => {
      if (event.key !== LEAVE_KEY) return true;
      if (event.type === 'keydown') now.current.onLeave();
      return false;
    });
    let socket: ShellSocket | null = null;
    // Not at once: what React shows and takes away in one breath must not use up the one time that a shell can be attached to.
    const timer = setTimeout(() => {
      fit.fit();
      socket = attach(terminal, { ...now.current, shell, onEnd: (end) => now.current.onEnd(end) });
      terminal.focus();
    });
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(host.current);
    const unwatch = onTheme(() => {
      terminal.options.theme = themeNow();
    });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      unwatch();
      socket?.close();
      terminal.dispose();
      takeBack();
    };
  }, [shell]);
  return <section ref={host} className="terminal-host" aria-label={props.label} />;
};
