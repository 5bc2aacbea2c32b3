import type { LogLine } from '@slipway/contracts/views';
import { expect, it, vi } from 'vitest';
import { atLeast, findIn, LogLines } from './log-lines.ts';

const at = '2026-11-22T01:00:00Z';
const odoo = (text: string): LogLine => ({ at, stream: 'odoo', text });
const said = (level: string): LogLine => odoo(`2026-11-22 01:00:00,123 7 ${level} odoo_pr_1 odoo.http: something`);

const logOf = (...lines: LogLine[]): LogLines => {
  vi.stubGlobal('requestAnimationFrame', () => 1);
  const log = new LogLines();
  for (const line of lines) log.add(line);
  return log;
};

it('gives a traceback the level of the line that it belongs to', () => {
  const log = logOf(said('INFO'), said('ERROR'), odoo('Traceback (most recent call last):'), odoo('  File "x.py"'), said('INFO'));
  expect(log.lines.map(({ level }) => level)).toEqual(['info', 'error', 'error', 'error', 'info']);
  expect(atLeast(log.lines, 'error')).toEqual([1, 2, 3]);
  expect(atLeast(log.lines, 'debug')).toBe(null);
});

it('does not take a level from what is no line of Odoo', () => {
  const log = logOf(said('ERROR'), { at, stream: 'build', text: 'Step 1/4' });
  expect(log.lines[1]?.level).toBe('info');
});

it('finds text across colours and whatever its case, among the rows that are shown', () => {
  const log = logOf(said('INFO'), odoo('\u001b[31mMod\u001b[0mule shop'), said('ERROR'), odoo('module other'));
  expect(findIn(log.lines, null, 'MODULE')).toEqual([1, 3]);
  expect(findIn(log.lines, [2, 3], 'module')).toEqual([1]);
  expect(findIn(log.lines, null, '')).toEqual([]);
});

it('downloads without colours', () => {
  expect(logOf(odoo('\u001b[31mred\u001b[0m'), odoo('b')).text()).toBe('red\nb\n');
});
