import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { keep, readKept } from '../../lib/kept.ts';
import { LogBar } from './log-bar.tsx';
import { LogRow } from './log-row.tsx';
import { atLeast, findIn, type Level, type LogLines } from './log-lines.ts';
import './log.css';

const ROW = 20;
/** Within this of its end it counts as being there. */
const NEAR = 40;

/** `#L123` → 123. */
const namedLine = (): number | null => {
  const found = /^#L(\d{1,9})$/.exec(window.location.hash);
  return found === null ? null : Number(found[1]);
};

const useNamedLine = () => {
  const [named, setNamed] = useState(namedLine);
  useEffect(() => {
    const onHash = (): void => setNamed(namedLine());
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  const name = (line: number): void => {
    window.history.replaceState(window.history.state, '', `#L${line}`);
    setNamed(line);
  };
  return [named, name] as const;
};

export interface LogViewProps {
  readonly log: LogLines;
  /** Of the file that can be downloaded. */
  readonly name: string;
}

/** A log of any length: only what is on screen is drawn. */
export const LogView = ({ log, name }: LogViewProps): ReactNode => {
  const version = useSyncExternalStore(log.watch, log.version);
  const [level, setLevel] = useState<Level>('debug');
  const [typed, setTyped] = useState('');
  const [wrap, setWrap] = useState(() => readKept('log-wrap') !== 'no');
  const [follows, setFollows] = useState(() => namedLine() === null);
  const [named, nameLine] = useNamedLine();
  const scroller = useRef<HTMLDivElement>(null);
  const search = useDeferredValue(typed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the lines grow in place; the version says when.
  const rows = useMemo(() => atLeast(log.lines, level), [log, version, level]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  const found = useMemo(() => findIn(log.lines, rows, search), [log, version, rows, search]);
  const [match, setMatch] = useState(0);
  const count = rows?.length ?? log.lines.length;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  const lineAt = (row: number): number => (rows === null ? row : (rows[row] ?? 0));
  const show = (row: number): void => {
    setFollows(false);
    virtual.scrollToIndex(row, { align: 'center' });
  };
  const goTo = (step: number): void => {
    if (found.length === 0) return;
    const next = (match + step + found.length) % found.length;
    setMatch(next);
    show(found[next] ?? 0);
  };
  // The line in the address, as soon as it is there.
  const arrived = named !== null && count >= named;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once it is there, and when another one is named.
  useEffect(() => {
    if (arrived && named !== null) show(rows === null ? named - 1 : Math.max(rows.indexOf(named - 1), 0));
  }, [arrived, named]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each line that comes.
  useEffect(() => {
    if (follows && count > 0) virtual.scrollToIndex(count - 1, { align: 'end' });
  }, [follows, count, version]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first match of what was typed now.
  useEffect(() => {
    setMatch(0);
    if (found.length > 0 && search !== '') show(found[0] ?? 0);
  }, [search]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null || log.ended) return;
    setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR);
  };
  const matches = useMemo(() => new Set(found), [found]);
  const current = search === '' ? null : (found[match] ?? null);
  return (
    <section className="panel log" aria-label="Log">
      <LogBar
        {...{ level, typed, wrap, follows }}
        lines={log.lines.length}
        live={!log.ended}
        found={search === '' ? null : { at: found.length === 0 ? 0 : match + 1, of: found.length }}
        onLevel={setLevel}
        onType={setTyped}
        onStep={goTo}
        onWrap={() => {
          keep('log-wrap', wrap ? 'no' : null);
          setWrap(!wrap);
          virtual.measure();
        }}
        onFollow={() => setFollows(!follows)}
        onDownload={() => download(name, log.text())}
      />
      <div
        ref={scroller}
        className={`log-lines ${wrap ? 'wraps' : ''}`}
        onScroll={onScroll}
        role="region"
        aria-label="Lines of the log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        tabIndex={0}
      >
        {count === 0 && (
          <p className="quiet inside">
            {log.ended ? (log.lines.length === 0 ? 'This log is empty.' : 'No line of that level.') : 'Waiting for the first line …'}
          </p>
        )}
        <div className="log-inner" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const index = lineAt(item.index);
            const line = log.lines[index];
            return (
              line !== undefined && (
                <LogRow
                  key={item.key}
                  measure={virtual.measureElement}
                  row={item.index}
                  top={item.start}
                  number={index + 1}
                  line={line}
                  named={named === index + 1}
                  found={current === item.index ? 'current' : matches.has(item.index) ? 'found' : null}
                  search={search}
                  onName={nameLine}
                />
              )
            );
          })}
        </div>
      </div>
    </section>
  );
};

const download = (name: string, text: string): void => {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
};
