import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Status } from '../../ui/status.tsx';
import type { Level } from './log-levels.ts';

export interface LogBarProps {
  readonly level: Level;
  readonly typed: string;
  readonly wrap: boolean;
  readonly follows: boolean;
  /** How many are shown, of how many. */
  readonly shown: number;
  readonly lines: number;
  /** More may come. */
  readonly live: boolean;
  /** Null: nothing is searched for. */
  readonly found: { readonly at: number; readonly of: number } | 'searching' | null;
  /** Where the whole log is, as a file. */
  readonly file: string;
  onLevel(level: Level): void;
  onType(text: string): void;
  onStep(step: 1 | -1): void;
  onWrap(): void;
  onFollow(): void;
}

const Switch = ({
  word,
  icon,
  on,
  act,
}: {
  readonly word: string;
  readonly icon: IconName;
  readonly on: boolean;
  act(): void;
}): ReactNode => (
  <button type="button" className={`button small ${on ? '' : 'bare'}`} aria-pressed={on} onClick={act}>
    <Icon name={icon} />
    {word}
  </button>
);

const Find = ({
  typed,
  found,
  onType,
  onStep,
}: Pick<LogBarProps, 'typed' | 'found' | 'onType' | 'onStep'>): ReactNode => (
  <div className="row log-find">
    <input
      className="input"
      type="search"
      data-filter
      aria-label="Search in the log"
      placeholder="Search  /"
      value={typed}
      onChange={(event) => onType(event.target.value)}
      onKeyDown={(event) => event.key === 'Enter' && onStep(event.shiftKey ? -1 : 1)}
    />
    <span className="quiet mono" role="status">
      {found === 'searching' ? '…' : found !== null && `${found.at.toLocaleString()}/${found.of.toLocaleString()}`}
    </span>
  </div>
);

export const LogBar = (props: LogBarProps): ReactNode => (
  <header className="log-bar">
    <h2>Log</h2>
    <span className="quiet">
      {props.shown !== props.lines && `${props.shown.toLocaleString()} of `}
      {props.lines.toLocaleString()} lines
    </span>
    {props.live && <Status tone="busy">Live</Status>}
    <div className="row wrap push">
      <Find {...props} />
      <select
        className="input log-level"
        aria-label="Least level shown"
        value={props.level}
        onChange={(event) => props.onLevel(event.target.value as Level)}
      >
        <option value="debug">All lines</option>
        <option value="info">Odoo's, without debug</option>
        <option value="warning">Warnings, errors</option>
        <option value="error">Errors</option>
      </select>
      <Switch word="Wrap" icon="wrap" on={props.wrap} act={props.onWrap} />
      {props.live && <Switch word="Follow" icon="down" on={props.follows} act={props.onFollow} />}
      <a className="button small bare" href={props.file} download>
        <Icon name="down" />
        Download
      </a>
    </div>
  </header>
);
