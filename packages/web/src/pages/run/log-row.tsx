import { memo, type ReactNode } from 'react';
import { readAnsi } from '../../lib/ansi.ts';
import type { Kept } from './log-lines.ts';

/** A line of a megabyte would stop the page; the download has all of it. */
const MOST = 10_000;

export interface LogRowProps {
  readonly row: number;
  readonly top: number;
  readonly number: number;
  readonly line: Kept;
  /** It is the one in the address. */
  readonly named: boolean;
  readonly found: 'current' | 'found' | null;
  readonly search: string;
  measure(element: Element | null): void;
  onName(line: number): void;
}

/** The parts of a text that were searched for, marked. */
const Marked = ({ text, search }: { readonly text: string; readonly search: string }): ReactNode => {
  const at = search === '' ? -1 : text.toLowerCase().indexOf(search.toLowerCase());
  if (at < 0) return text;
  const end = at + search.length;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, end)}</mark>
      <Marked text={text.slice(end)} search={search} />
    </>
  );
};

const OneRow = ({ row, top, number, line, named, found, search, measure, onName }: LogRowProps): ReactNode => {
  const text = line.text.length > MOST ? `${line.text.slice(0, MOST)} … (${line.text.length} characters)` : line.text;
  const spans = readAnsi(text);
  return (
    <div
      ref={measure}
      data-index={row}
      className={`log-row ${line.level} ${line.stream} ${named ? 'named' : ''} ${found ?? ''}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <a
        className="log-number"
        href={`#L${number}`}
        aria-label={`Line ${number}`}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          onName(number);
        }}
      >
        {number}
      </a>
      <span className="log-text">
        {spans.map((span, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the spans of a line never change their order.
          <span key={index} className={span.classes === '' ? undefined : span.classes}>
            <Marked text={span.text} search={found === null ? '' : search} />
          </span>
        ))}
      </span>
    </div>
  );
};

export const LogRow = memo(OneRow);
