import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const GOLDEN = join(import.meta.dirname, '../../../../test/plans');

interface Line {
  readonly name: string;
  readonly slot: string | undefined;
}

/** The steps of every plan that was looked at, and of what puts it right. */
const lists = readdirSync(GOLDEN)
  .filter((file) => file.endsWith('.plan'))
  .flatMap((file) =>
    readFileSync(join(GOLDEN, file), 'utf8')
      .split('when it fails:')
      .map((text, index) => [index === 0 ? file : `${file}, when it fails`, linesOf(text)] as const),
  );

function linesOf(text: string): Line[] {
  return [...text.matchAll(/^ {2}(\S+) +(\{.*\})$/gm)].map(([, name = '', input = '{}']) => ({
    name,
    slot: (JSON.parse(input) as { slot?: string }).slot,
  }));
}

const routes = /^(?:route-to-|wake-on-request|hold-requests|maintenance-page)/;
/** Slots that people may have been sent to; `remove-blue` and `remove-green` are of what goes as a whole. */
const ends = (line: Line, before: readonly Line[]): boolean =>
  line.slot !== undefined &&
  (/^stop-/.test(line.name) ||
    line.name === 'remove-old-slot' ||
    (line.name === 'remove-new-slot' && before.some(({ name }) => routes.test(name))));

const ending = lists.flatMap(([where, lines]) =>
  lines.flatMap((line, at) => (ends(line, lines.slice(0, at)) ? [{ where, line, before: lines.slice(0, at) }] : [])),
);

test('There are ways in which a slot is stopped that people were sent to', () => {
  expect(ending.length).toBeGreaterThan(15);
});

test.each(ending)('What is being answered is waited for: $line.name of $where', ({ line, before }) => {
  expect(before.at(-1)).toEqual({ name: expect.stringMatching(/^drain-/), slot: line.slot });
  // Nobody is sent there any more, else it would never end.
  const route = before.findLast(({ name }) => routes.test(name));
  expect(route).toBeDefined();
  expect(route?.name).not.toBe(`route-to-${line.slot}`);
});
