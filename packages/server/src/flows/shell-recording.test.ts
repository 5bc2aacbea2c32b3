import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { Redactor } from '../evidence/redactor.ts';
import { Recording } from './shell-recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-recording-'));
afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => vi.useRealTimers());

const SECRET = 'correct-horse-battery-staple';
let count = 0;
const record = async (write: (recording: Recording) => void, mostBytes = 1e6) => {
  const id = `shl_${++count}`;
  let now = 1_000_000;
  const recording = await Recording.open({
    ...{ folder, id, title: 'psql', command: ['-c', `select '${SECRET}'`], size: { columns: 80, rows: 24 }, mostBytes },
    ...{ redactor: new Redactor([new Secret(SECRET)]), now: () => (now += 500) },
  });
  write(recording);
  const goesOn = recording.goesOn;
  const bytes = await recording.close();
  const file = join(folder, `${id}.cast`);
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { file, bytes, goesOn, head: lines[0], events: lines.slice(1) };
};
const text = (events: readonly [number, string, string][]) => events.map(([, , shown]) => shown).join('');

it('is an asciicast, for its owner only, whose command is masked', async () => {
  const { head, events, file, bytes } = await record((one) => {
    one.shown(Buffer.from('$ '));
    one.resized({ columns: 120, rows: 40 });
    one.typed(Buffer.from('ls'));
  });

  expect(head).toMatchObject({ version: 2, width: 80, height: 24, command: "-c select '[secret]'" });
  expect(events.map(([, ...rest]) => rest)).toEqual([
    ['o', '$ '],
    ['r', '120x40'],
    ['i', 'ls'],
  ]);
  expect(events.map(([at]) => at)).toEqual([...events.map(([at]) => at)].sort((one, other) => one - other));
  expect(statSync(file)).toMatchObject({ size: bytes });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it.each([1, 3, 7, 28])('masks a secret that comes in pieces of %i', async (size) => {
  const shown = `before ${SECRET} between ${SECRET}${SECRET} after`;
  const { events } = await record((one) => {
    for (let at = 0; at < shown.length; at += size) {
      one.shown(Buffer.from(shown.slice(at, at + size)));
      one.typed(Buffer.from('.'));
    }
  });

  const seen = events.filter(([, kind]) => kind === 'o');
  expect(text(seen)).toBe('before [secret] between [secret][secret] after');
});

it('masks a secret that lies across what is held back, in a long output', async () => {
  const { events } = await record((one) => {
    for (let round = 0; round < 40; round++) {
      one.shown(Buffer.from('x'.repeat(997)));
      for (const letter of SECRET) one.shown(Buffer.from(letter));
    }
  });

  expect(text(events)).toBe(`${'x'.repeat(997)}[secret]`.repeat(40));
});

it('keeps a letter whole that comes in two pieces', async () => {
  const { events } = await record((one) => {
    const bytes = Buffer.from('Zoë');
    one.shown(bytes.subarray(0, 3));
    one.shown(bytes.subarray(3));
  });

  expect(text(events)).toBe('Zoë');
});

it('says when it is full', async () => {
  const long = Buffer.from('y'.repeat(40_000));
  expect((await record((one) => one.shown(long), 1000)).goesOn).toBe(false);
  expect((await record((one) => one.shown(long))).goesOn).toBe(true);
});

const MINUTE = 60_000;
const typedSlowly = (one: Recording, shown: string): void => {
  for (const letter of shown) {
    one.shown(Buffer.from(letter));
    vi.advanceTimersByTime(MINUTE);
  }
};

it('masks a secret that is typed a letter a minute', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { events } = await record((one) => typedSlowly(one, `PGPASSWORD=${SECRET} psql; echo corr`));

  expect(text(events)).toBe('PGPASSWORD=[secret] psql; echo corr');
});

it('writes what cannot be a secret any more without waiting for the end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let written = 0;
  await record((one) => {
    typedSlowly(one, 'ls; cor');
    const before = one.bytes;
    typedSlowly(one, 'k');
    written = one.bytes - before;
  });

  // Each of `c`, `o`, `r` and `k` is a line of its own.
  expect(written).toBeGreaterThanOrEqual(4 * '[1,"o","x"]\n'.length);
});

it('a long output is not kept in memory because a secret stood in it', async () => {
  await record((one) => {
    one.shown(Buffer.from(`${SECRET} `));
    for (let round = 0; round < 100; round++) one.shown(Buffer.from('z'.repeat(1000)));

    expect(one.bytes).toBeGreaterThan(80_000);
  });
});
