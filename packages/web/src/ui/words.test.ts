import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Words } from './words.tsx';

const shown = (text: string): string => renderToStaticMarkup(createElement(Words, { text }));

test('what stands between backticks is code, and nothing else is markup', () => {
  expect(shown('Run `slipway doctor`, then `slipway up` again.')).toBe(
    'Run <code>slipway doctor</code>, then <code>slipway up</code> again.',
  );
  expect(shown('`<b>` & <script>')).toBe('<code>&lt;b&gt;</code> &amp; &lt;script&gt;');
});

test('a backtick that none follows stays one', () => {
  expect(shown('the branch `odd is not there')).toBe('the branch `odd is not there');
});
