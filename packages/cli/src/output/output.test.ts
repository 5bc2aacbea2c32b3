import { describe, expect, it } from 'vitest';
import { makeIo, NOW } from '../testing/run-slipway.ts';
import { displayWidth, truncate } from './display-width.ts';
import { inertJson, printable } from './printable.ts';
import { openScreen, spinner } from './screen.ts';
import { facts, table } from './table.ts';
import { age, duration, elapsed, fileSize } from './time.ts';

const screenOf = (terminal: boolean, variables: Readonly<Record<string, string>> = {}, columns = 100) => {
  const { io } = makeIo({ terminal, variables });
  return openScreen(io, Object.assign(io.stdout, { columns }), true);
};

describe('times', () => {
  it.each([
    ['2026-03-01T10:00:58.000Z', 'just now'],
    ['2026-03-01T10:00:20.000Z', '40 s ago'],
    ['2026-03-01T09:48:00.000Z', '13 min ago'],
    ['2026-03-01T07:00:00.000Z', '3 h ago'],
    ['2026-02-20T10:00:00.000Z', '9 d ago'],
    ['2026-03-01T10:31:00.000Z', 'in 30 min'],
    ['not a time', 'not a time'],
  ])('%s is %s', (iso, text) => {
    expect(age(iso, NOW)).toBe(text);
  });

  it.each([
    [820, '820 ms'],
    [4230, '4.2 s'],
    [192_000, '3 min 12 s'],
    [3_840_000, '1 h 04 min'],
  ])('%i ms take %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it('counts what goes on in minutes and seconds', () => {
    expect([elapsed(7400), elapsed(750_000), elapsed(-5)]).toEqual(['0:07', '12:30', '0:00']);
  });

  it('gives sizes in binary units', () => {
    expect([fileSize(512), fileSize(2048), fileSize(4 * 2 ** 30)]).toEqual(['512 B', '2.0 KiB', '4.0 GiB']);
  });
});

describe('tables', () => {
  const columns = [{ title: 'A' }, { title: 'NUMBER', right: true }, { title: 'TEXT', elastic: true }];

  it('are aligned by what a terminal shows, not by code units', () => {
    const text = table(screenOf(false), columns, [
      ['日本', '1', 'x'],
      ['é', '22', 'y'],
    ]);

    expect(text).toBe(['A     NUMBER  TEXT', '日本       1  x', 'é         22  y'].join('\n'));
  });

  it('cut the elastic column on a narrow terminal, and nothing in a pipe', () => {
    const row = [['a', '1', 'w'.repeat(80)]];

    expect(
      table(screenOf(true, {}, 40), columns, row)
        .split('\n')
        .every((line) => displayWidth(printable(line)) <= 40),
    ).toBe(true);
    expect(table(screenOf(false), columns, row)).toContain('w'.repeat(80));
  });

  it('leave out facts that are not there', () => {
    expect(
      facts(screenOf(false), [
        ['One', 'a'],
        ['Three', null],
        ['Two', 'b'],
      ]),
    ).toBe('One  a\nTwo  b');
  });
});

describe('colours and signs', () => {
  it('are there on a terminal with UTF-8', () => {
    expect(screenOf(true).ok).toBe('\u001b[32m✓\u001b[0m');
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('colours are not there with %j', (variables) => {
    expect(screenOf(true, variables).ok).toBe('✓');
  });

  it('are plain ASCII in another locale', () => {
    const screen = screenOf(false, { LANG: 'C' });

    expect([screen.ok, screen.fail, screen.ellipsis, spinner(screen, 500)]).toEqual(['ok', 'x', '...', '/']);
  });

  it('LC_ALL wins over LANG', () => {
    expect(screenOf(false, { LANG: 'C.UTF-8', LC_ALL: 'C' }).ok).toBe('ok');
  });
});

describe('text from outside', () => {
  it('shows what a terminal would act on', () => {
    expect(printable('a\u001b]0;t\u0007\r\n\u009b1m\u202eb')).toBe('a\\x1b]0;t\\x07\\x0d\\n\\x9b1m\\u202eb');
  });

  it('keeps tabs, accents, emoji', () => {
    expect(printable('\té😀')).toBe('\té😀');
  });

  it('stays the same value as JSON', () => {
    const value = { text: '\u009b1m\u202e\u2028\u007f' };

    expect(inertJson(value)).toBe('{"text":"\\u009b1m\\u202e\\u2028\\u007f"}');
    expect(JSON.parse(inertJson(value))).toEqual(value);
  });

  it('is cut between characters', () => {
    expect(truncate('日本語', 5, '…')).toBe('日本…');
    expect(displayWidth('e\u0301😀')).toBe(3);
  });
});
