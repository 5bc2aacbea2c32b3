/** Odoo's log as records. Odoo writes `time pid LEVEL database logger: message`; lines without that head belong to the record before. */

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

export interface LogRecord {
  readonly level: LogLevel;
  readonly logger: string;
  /** `?` before Odoo knows it. */
  readonly database: string;
  /** With the lines that followed, such as a traceback. */
  readonly message: string;
}

const HEAD = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) (\S+) ([\w.]+): (.*)$/;
/** Colours, when Odoo believes that it writes to a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a terminal's colours are written
export const COLOUR = /\x1b\[[0-9;]*m/g;

export const parseLog = (lines: readonly string[]): readonly LogRecord[] => {
  const records: { level: LogLevel; logger: string; database: string; lines: string[] }[] = [];
  for (const raw of lines) {
    const line = raw.replace(COLOUR, '').trimEnd();
    const [, level, database, logger, message] = HEAD.exec(line) ?? [];
    const last = records.at(-1);
    if (level !== undefined)
      records.push({
        level: level as LogLevel,
        database: database ?? '?',
        logger: logger ?? '',
        lines: [message ?? ''],
      });
    else if (last !== undefined) last.lines.push(line);
    // What Python or Odoo's option parser says before logging is set up is never good news.
    else if (/error|Traceback/i.test(line)) records.push({ level: 'ERROR', logger: '', database: '?', lines: [line] });
  }
  return records.map(({ lines: parts, ...record }) => ({ ...record, message: parts.join('\n').trimEnd() }));
};

export const TRACEBACK = 'Traceback (most recent call last)';

const MAX_REASON = 600;

/** What a person should read of a record: of a traceback what was raised, of anything else its first line. */
export const reasonOf = (message: string): string => {
  const at = message.lastIndexOf(TRACEBACK);
  const lines = (at === -1 ? message : message.slice(at)).split('\n');
  if (at === -1) return (lines[0] ?? '').slice(0, MAX_REASON);
  const raised = lines.findIndex((line, index) => index > 0 && /^[A-Za-z_]/.test(line));
  const end = lines.findIndex((line, index) => index > raised && /^View error context/.test(line));
  const said = lines.slice(raised, end === -1 ? undefined : end).join(' ');
  const place = syntaxErrorPlace(lines.slice(0, raised));
  return `${said.replace(/\s+/g, ' ').trim()}${place}`.slice(0, MAX_REASON);
};

/** A SyntaxError names its file in the last frame only. */
const syntaxErrorPlace = (frames: readonly string[]): string => {
  const frame = frames.findLast((line) => /^ {2}File "/.test(line));
  const [, file, line] = /File "([^"]+)", line (\d+)$/.exec(frame ?? '') ?? [];
  return file === undefined ? '' : ` (${file}:${line})`;
};
