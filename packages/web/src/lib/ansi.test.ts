import { describe, expect, it } from 'vitest';
import { inert, plainText, readAnsi } from './ansi.ts';

const ESC = '\u001b';
const texts = (line: string): string =>
  readAnsi(line)
    .map(({ text }) => text)
    .join('');

describe('readAnsi', () => {
  it('reads colours and weights, and puts them together', () => {
    expect(readAnsi(`a ${ESC}[1;31mred${ESC}[0m b`)).toEqual([
      { text: 'a ', classes: '' },
      { text: 'red', classes: 'ansi-red ansi-bold' },
      { text: ' b', classes: '' },
    ]);
    expect(readAnsi(`${ESC}[32mgreen${ESC}[39m${ESC}[4mline`).map(({ classes }) => classes)).toEqual([
      'ansi-green',
      'ansi-underline',
    ]);
    expect(readAnsi(`${ESC}[91mbright`)).toEqual([{ text: 'bright', classes: 'ansi-red' }]);
    expect(readAnsi(`${ESC}[31mred${ESC}[mplain`)[1]).toEqual({ text: 'plain', classes: '' });
  });

  it('passes over colours of 256 and of 24 bits without taking their numbers for something else', () => {
    expect(readAnsi(`${ESC}[38;5;1mx`)).toEqual([{ text: 'x', classes: '' }]);
    expect(readAnsi(`${ESC}[38;2;4;1;31mx`)).toEqual([{ text: 'x', classes: '' }]);
    expect(readAnsi(`${ESC}[38;5;4;1mx`)).toEqual([{ text: 'x', classes: 'ansi-bold' }]);
  });

  it.each([
    ['cursor and screen', `${ESC}[2J${ESC}[H${ESC}[999Cx`],
    ['a title', `${ESC}]0;evil\u0007x`],
    ['a link, of which the text stays', `${ESC}]8;;javascript:alert(1)\u0007x${ESC}]8;;\u0007`],
    ['a link ended the other way', `${ESC}]8;;http://evil${ESC}\\x${ESC}]8;;${ESC}\\`],
    ['a device string', `${ESC}P1$r0m${ESC}\\x`],
    ['two characters', `${ESC}c${ESC}(Bx`],
    ['eight bits', `\u009b31mx\u009d0;evil\u009c`],
    ['bells, zeros, returns', '\u0007\u0000\u0008x\r'],
    ['one that was cut off', `x${ESC}[31`],
    ['one that was cut off at once', `x${ESC}`],
  ])('drops %s', (_, line) => {
    expect(texts(line)).toBe('x');
    expect(plainText(line)).toBe('x');
  });

  it('leaves markup as the text that it is', () => {
    expect(texts('<script>alert(1)</script>')).toBe('<script>alert(1)</script>');
  });

  it('spells out what would turn text around', () => {
    expect(texts('\u202Egnp.exe')).toBe('<U+202E>gnp.exe');
    expect(inert('a\u2066b')).toBe('a<U+2066>b');
  });

  it('takes a line of a megabyte of escapes in well under a second', () => {
    const began = performance.now();
    readAnsi(`${ESC}[`.repeat(250_000) + `${ESC}]`.repeat(250_000));
    expect(performance.now() - began).toBeLessThan(1500);
  });
});
