import type { LogLine } from '@slipway/contracts/views';

export type Level = 'debug' | 'info' | 'warning' | 'error';

const OF_ODOO = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) /;
const WORDS: Readonly<Record<string, Level>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'error',
};

/**
 * Says of each line, in their order, of which level it is, as the server's windows do: one that begins like Odoo's names it; what follows in
 * its stream without one (a traceback) is of the same.
 */
export const levelReader = (): ((line: Pick<LogLine, 'stream' | 'text'>) => Level) => {
  const last = new Map<string, Level>();
  return ({ stream, text }) => {
    const word = OF_ODOO.exec(text)?.[1];
    const level = word === undefined ? last.get(stream) : WORDS[word];
    if (word !== undefined && level !== undefined) last.set(stream, level);
    return level ?? 'info';
  };
};
