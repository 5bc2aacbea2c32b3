import { expect, test } from 'vitest';
import { openScreen } from '../output/screen.ts';
import { makeIo } from '../testing/run-slipway.ts';
import { preview } from '../testing/samples.ts';
import { previewText } from './preview.ts';

const { io } = makeIo({});
const screen = openScreen(io, io.stdout, false);

test('What the guards found is counted, and the first of it has its place', () => {
  const text = previewText(
    {
      ...preview,
      guards: {
        unfinished: null,
        errors: 1,
        warnings: 0,
        notes: 0,
        guards: [],
        first: [
          { severity: 'error', rule: 'secrets/known-format', file: 'a\u001b[2J.sh', line: 3, message: 'a token' },
        ],
      },
    },
    screen,
  );

  expect(text).toMatch(/^Guards +1 error$/m);
  expect(text).toContain('✗ a\\x1b[2J.sh:3 a token  secrets/known-format');
});

test('Before there is an answer nothing is said of them', () => {
  expect(previewText({ ...preview, guards: null }, screen)).not.toContain('Guards');
});
