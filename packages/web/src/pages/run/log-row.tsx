import { memo, type ReactNode } from 'react';
import { plainText, readAnsi } from '../../lib/ansi.ts';
import type { Row } from './log-rows.ts';

/** A line of a megabyte would stop the page; the download has all of it. */
const MOST = 10_000;

export interface LogRowProps {
  readonly index: number;
  readonly top: number;
  /** Undefined: it is on its way. */
  readonly row: Row | undefined;
  /** It is the one in the address. */
  readonly named: boolean;
  /** It is where the search stands. */
  readonly current: boolean;
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

const Text = ({ row: { text: whole }, search }: { readonly row: Row; readonly search: string }): ReactNode => {
  const text = whole.length > MOST ? `${whole.slice(0, MOST)} … (${whole.length} characters)` : whole;
  return readAnsi(text).map((span, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the spans of a line never change their order.
    <span key={index} className={span.classes === '' ? undefined : span.classes}>
      <Marked text={span.text} search={search} />
    </span>
  ));
};

const NumberLink = ({ number, onName }: { readonly number: number; onName(line: number): void }): ReactNode => (
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
);

const classesOf = ({ row, named, current, search }: LogRowProps): string => {
  if (row === undefined) return 'log-row waits';
  const found = search !== '' && plainText(row.text.slice(0, MOST)).toLowerCase().includes(search.toLowerCase());
  return ['log-row', row.level, row.stream, named && 'named', current ? 'current' : found && 'found']
    .filter((one) => one !== false)
    .join(' ');
};

const OneRow = (props: LogRowProps): ReactNode => {
  const { index, top, row, search, measure, onName } = props;
  return (
    <div ref={measure} data-index={index} className={classesOf(props)} style={{ transform: `translateY(${top}px)` }}>
      {row === undefined ? <span className="log-number" /> : <NumberLink number={row.number} onName={onName} />}
      <span className="log-text">{row !== undefined && <Text row={row} search={search} />}</span>
    </div>
  );
};

export const LogRow = memo(OneRow);
