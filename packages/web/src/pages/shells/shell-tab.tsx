import type { ShellEnd, ShellKind, ShellOpened } from '@slipway/contracts/shell-views';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { keep, readKept } from '../../lib/kept.ts';
import { Icon } from '../../ui/icon.tsx';
import { ProblemNote, Skeleton } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';

/** The terminal is as large as all the rest: it comes when somebody opens one. */
const TerminalView = lazy(async () => ({ default: (await import('./terminal-view.tsx')).TerminalView }));

export const KIND_WORDS: Readonly<Record<ShellKind, readonly [word: string, says: string]>> = {
  shell: ['Shell', 'A command line beside the running Odoo, with its files.'],
  odoo: ['Odoo', 'Python with env: the models of this database.'],
  psql: ['psql', "SQL, as the environment's own role."],
};

interface TabProps {
  readonly environment: string;
  readonly kind: ShellKind;
  readonly hidden: boolean;
}

const ALOUD = 'terminal-aloud';

interface Ended {
  readonly end: ShellEnd['exit'] | null;
}

const endWords = ({ end }: Ended): string => {
  if (end === null) return 'The connection was lost; the shell ends by itself.';
  return end.code === null ? `It has ended: ${end.why}.` : `It has ended with ${end.code}: ${end.why}.`;
};

/** It stays when another tab is shown: what runs in it runs on. */
export const ShellTab = ({ environment, kind, hidden }: TabProps): ReactNode => {
  const [shell, setShell] = useState<ShellOpened | null>(null);
  const [ended, setEnded] = useState<Ended | null>(null);
  const open = useAct('openShell');
  const again = (): void =>
    open.mutate(
      { parameters: { environment }, body: { kind } },
      {
        onSuccess: (opened) => {
          setEnded(null);
          setShell(opened);
        },
      },
    );
  const begin = (
    <button type="button" className="button primary" disabled={open.isPending} onClick={again}>
      <Icon name="terminal" /> {ended === null ? 'Open' : 'Open again'}
    </button>
  );
  return (
    <div hidden={hidden} className="stack">
      {open.error !== null && <ProblemNote problem={open.error} />}
      {shell === null && (
        <div className="empty">
          <p>{KIND_WORDS[kind][1]}</p>
          {begin}
        </div>
      )}
      {shell !== null && (
        <OpenShell key={shell.id} shell={shell} kind={kind} ended={ended} onEnd={(end) => setEnded({ end })} />
      )}
      {ended !== null && (
        <p className="row wrap" role="status">
          <span className="foreign">{endWords(ended)}</span> {begin}
        </p>
      )}
    </div>
  );
};

const OpenShell = ({
  shell,
  kind,
  ended,
  onEnd,
}: {
  readonly shell: ShellOpened;
  readonly kind: ShellKind;
  readonly ended: Ended | null;
  onEnd(end: ShellEnd['exit'] | null): void;
}): ReactNode => {
  const close = useAct('endShell');
  const button = useRef<HTMLButtonElement>(null);
  const [aloud, setAloud] = useState(readKept(ALOUD) !== null);
  const turn = (): void => {
    keep(ALOUD, aloud ? null : 'on');
    setAloud(!aloud);
  };
  const end = (): void => close.mutate({ parameters: { shell: shell.id } });
  return (
    <>
      <Suspense fallback={<Skeleton />}>
        <TerminalView
          shell={shell.id}
          label={`${KIND_WORDS[kind][0]}, terminal`}
          aloud={aloud}
          onEnd={onEnd}
          onLeave={() => button.current?.focus()}
        />
      </Suspense>
      {ended === null && (
        <p className="row wrap quiet">
          {shell.readOnly && <span className="chip">reads only</span>}
          <span>
            Ends <Ago at={shell.endsAt} /> at the latest; what it shows is recorded. <kbd>F6</kbd> leaves the terminal.
          </span>
          <button type="button" className="button small push" aria-pressed={aloud} onClick={turn}>
            For screen readers
          </button>
          <button ref={button} type="button" className="button small" disabled={close.isPending} onClick={end}>
            End it
          </button>
        </p>
      )}
    </>
  );
};
