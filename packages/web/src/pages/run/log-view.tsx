import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { api } from '../../api/api.ts';
import { keep, readKept } from '../../lib/kept.ts';
import { LogBar, type LogBarProps } from './log-bar.tsx';
import type { Level } from './log-levels.ts';
import { LogRow } from './log-row.tsx';
import type { LogRows } from './log-rows.ts';
import type { RunLog } from './run-log.ts';
import { useLog, useSieved } from './use-log.ts';
import { namedNow, useNamedLine } from './use-named-line.ts';
import { type Search, useSearch, useVersion } from './use-search.ts';
import './log.css';

const ROW = 20;
/** Within this of its end it counts as being there. */
const NEAR = 40;
/** Around a row that is gone to, before it is seen. */
const AROUND = 30;

type Scroller = RefObject<HTMLElement | null>;
type Virtual = Virtualizer<HTMLElement, Element>;

/** The rows that are drawn are asked for; a row that is gone to is shown when it is there, so that its height is known. */
const useSight = (rows: LogRows, version: number, virtual: Virtual) => {
  const [aim, setAim] = useState<number | null>(null);
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? -1];
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have other places.
  useEffect(() => setAim(null), [rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each row that comes.
  useEffect(() => {
    if (aim === null) {
      if (last >= first) rows.want(first, last);
    } else if (rows.row(aim) === undefined) rows.want(Math.max(aim - AROUND, 0), aim + AROUND);
    else {
      virtual.scrollToIndex(aim, { align: 'center' });
      setAim(null);
    }
  }, [rows, version, first, last, aim]);
  return setAim;
};

/** Stays at the end while the log grows, until somebody scrolls up. */
const useFollowing = (scroller: Scroller, size: number, version: number) => {
  const [follows, setFollows] = useState(() => namedNow() === null);
  const top = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each line that comes, and each that turns out to be higher.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (follows && element !== null) element.scrollTop = element.scrollHeight;
  }, [follows, size, version]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    if (element.scrollHeight - element.scrollTop - element.clientHeight < NEAR) setFollows(true);
    else if (element.scrollTop < top.current - 1) setFollows(false);
    top.current = element.scrollTop;
  };
  return { follows, setFollows, onScroll };
};

const Nothing = ({ rows, log }: { readonly rows: LogRows; readonly log: RunLog }): ReactNode => {
  const problem = log.problem ?? rows.problem;
  let says = 'Reading the log …';
  if (problem !== null) says = `${problem.message} ${problem.hint}`;
  else if (rows.total !== null) {
    if (!log.ended) says = rows === log ? 'Waiting for the first line …' : 'No line of that level yet.';
    else says = rows === log ? 'This log is empty.' : 'No line of that level.';
  }
  return <p className="quiet inside foreign">{says}</p>;
};

interface LinesProps {
  readonly rows: LogRows;
  readonly virtual: Virtual;
  readonly named: number | null;
  readonly search: Search;
  onName(line: number): void;
}

const Lines = ({ rows, virtual, named, search, onName }: LinesProps): ReactNode => (
  <div className="log-inner" style={{ height: virtual.getTotalSize() }}>
    {virtual.getVirtualItems().map(({ key, index, start }) => {
      const row = rows.row(index);
      return (
        <LogRow
          key={key}
          measure={virtual.measureElement}
          index={index}
          top={start}
          row={row}
          named={row !== undefined && named === row.number}
          current={search.current === index}
          search={search.text}
          onName={onName}
        />
      );
    })}
  </div>
);

const useShown = (run: string) => {
  const log = useLog(run, namedNow());
  const [level, setLevel] = useState<Level>('debug');
  const least = level === 'debug' ? undefined : level;
  const sieved = useSieved(run, log, least === undefined ? {} : { level: least });
  const rows = sieved ?? log;
  useVersion(log);
  return { log, rows, version: useVersion(rows), level, least, setLevel };
};

/** Where to go in the whole log: the line in the address, at first and when it changes. */
const useGoing = (setLevel: (level: Level) => void) => {
  const [goes, setGoes] = useState(namedNow);
  const [named, name] = useNamedLine((line) => {
    setLevel('debug');
    setGoes(line);
  });
  return { goes, setGoes, named, name };
};

interface Goals {
  readonly goes: number | null;
  /** How many lines of the whole log are here; null: others are shown. */
  readonly lines: number | null;
  readonly search: Search;
  onGo(index: number): void;
  onGone(): void;
}

/** Goes where the address or the search points, as soon as that is there. */
const useGoals = ({ goes, lines, search, onGo, onGone }: Goals): void => {
  const arrived = goes !== null && lines !== null && lines >= goes;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it has arrived.
  useEffect(() => {
    if (!arrived || goes === null) return;
    onGone();
    onGo(goes - 1);
  }, [arrived]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each match, and each step to one.
  useEffect(() => {
    if (search.current !== null) onGo(search.current);
  }, [search.current, search.steps]);
};

const useWrap = (): readonly [boolean, () => void] => {
  const [wrap, setWrap] = useState(() => readKept('log-wrap') !== 'no');
  const turn = (): void => {
    keep('log-wrap', wrap ? 'no' : null);
    setWrap(!wrap);
  };
  return [wrap, turn];
};

/** The log of a run, of any length: what is on screen is drawn, what is near it is asked for. */
export const LogView = ({ run }: { readonly run: string }): ReactNode => {
  const { log, rows, version, level, least, setLevel } = useShown(run);
  const [typed, setTyped] = useState('');
  const [wrap, turnWrap] = useWrap();
  const search = useSearch(run, log, typed, least);
  const scroller = useRef<HTMLElement>(null);
  const count = rows.total ?? 0;
  const getScrollElement = (): HTMLElement | null => scroller.current;
  const virtual = useVirtualizer({ count, getScrollElement, estimateSize: () => ROW, overscan: 20 });
  const size = virtual.getTotalSize();
  const show = useSight(rows, version, virtual);
  const { follows, setFollows, onScroll } = useFollowing(scroller, size, version);
  const { goes, setGoes, named, name } = useGoing(setLevel);
  const onGo = (index: number): void => {
    setFollows(false);
    show(index);
  };
  useGoals({ goes, lines: rows === log ? count : null, search, onGo, onGone: () => setGoes(null) });
  const bar: LogBarProps = {
    ...{ level, typed, wrap, follows, found: search.found, onType: setTyped, onStep: search.step },
    ...{ shown: count, lines: log.total ?? 0, live: !log.ended },
    file: api.addressOf('runLogs', { parameters: { run }, query: { format: 'text' } }),
    onLevel: (next) => {
      setLevel(next);
      // A line that was picked out of the errors is shown among the others.
      if (next === 'debug' && named !== null) setGoes(named);
    },
    onWrap: () => {
      turnWrap();
      virtual.measure();
    },
    onFollow: () => setFollows(!follows),
  };
  return (
    <section className="panel log" aria-label="Log">
      <LogBar {...bar} />
      <section
        ref={scroller}
        className={`log-lines ${wrap ? 'wraps' : ''}`}
        style={{ height: Math.max(size + 24, 72) }}
        onScroll={onScroll}
        aria-label="Lines of the log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        tabIndex={0}
      >
        {count === 0 && <Nothing rows={rows} log={log} />}
        <Lines {...{ rows, virtual, named, search }} onName={name} />
      </section>
    </section>
  );
};
