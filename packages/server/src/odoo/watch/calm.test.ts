import { describe, expect, test } from 'vitest';
import type { Workload } from '../../ports/workload.ts';
import { calmLog, joinTroubles } from './calm.ts';
import { fingerprintsOf } from './fingerprints.ts';
import { readGraveLines } from './read-log.ts';

const line = (time: string, text: string, level = 'ERROR', logger = 'odoo.http') =>
  `2026-11-21 ${time},000 1 ${level} shop ${logger}: ${text}`;
const at = (time: string): number => Date.parse(`2026-11-21T${time}.000Z`);
const LOST = 'psycopg2.OperationalError: server closed the connection unexpectedly';

describe('What is laid at the door of a version', () => {
  test('is not what happens around the time at which its database is gone', () => {
    const lines = [
      line('10:00:00', 'Exception during request handling.'),
      line('10:05:00', 'Exception during request handling.'),
      'Traceback (most recent call last):',
      LOST,
      line('10:05:30', 'Another error'),
      'psycopg2.InterfaceError: connection already closed',
      line('10:07:00', 'A third one'),
    ];

    const { lines: calm, troubles } = calmLog(lines);

    expect(troubles).toEqual([{ from: at('10:04:55'), until: at('10:06:00') }]);
    expect(fingerprintsOf(calm).map(({ text }) => text)).toEqual(['Exception during request handling.', 'A third one']);
  });

  test('is everything while nothing was gone', () => {
    const lines = [line('10:00:00', 'One'), 'with a second line', line('10:00:01', 'Two')];

    expect(calmLog(lines)).toEqual({ lines, troubles: [] });
  });

  test('is one time of trouble where two touch, whichever log tells of it', () => {
    const [one, two, later] = [
      { from: 10, until: 20 },
      { from: 15, until: 30 },
      { from: 40, until: 50 },
    ];

    expect(joinTroubles([later, two, one])).toEqual([{ from: 10, until: 30 }, later]);
  });
});

describe('Of a log', () => {
  const never = new AbortController().signal;
  const target = (lines: readonly string[], kind: 'absent' | 'stopped' = 'stopped') => {
    const asked: unknown[] = [];
    const workload = {
      state: async () => ({ kind }),
      logs: async function* (_: unknown, options: unknown) {
        asked.push(options);
        yield* lines;
      },
    } as unknown as Pick<Workload, 'logs' | 'state'>;
    return { workload, asked };
  };
  const slot = { environment: 'shop/production', slot: 'blue' } as const;

  test('errors are read with what belongs to them, scheduled actions, and that the database is gone', async () => {
    const wanted = [
      line('10:00:02', 'Exception during request handling.'),
      'Traceback (most recent call last):',
      'ValueError: no',
      line('10:00:05', "Job 'Nightly sums' (12) failed", 'INFO', 'odoo.addons.base.models.ir_cron'),
      line('10:00:06', 'Login failed', 'WARNING'),
      LOST,
    ];
    const { workload, asked } = target([
      line('10:00:00', 'GET / HTTP/1.1 200', 'INFO', 'werkzeug'),
      'more of it',
      ...wanted.slice(0, 3),
      line('10:00:04', 'GET / HTTP/1.1 200', 'INFO', 'werkzeug'),
      ...wanted.slice(3, 5),
      'a line between',
      LOST,
    ]);

    expect(await readGraveLines(workload, slot, { since: '2026-11-21T10:00:00Z', signal: never })).toEqual(wanted);
    expect(asked).toMatchObject([{ follow: false, since: '2026-11-21T10:00:00Z' }]);
  });

  test('that is very long the newest errors are kept', async () => {
    const all = Array.from({ length: 70_000 }, (_, index) => line('10:00:00', `Error ${index}`));

    const kept = await readGraveLines(target(all).workload, slot, { signal: never });

    expect(kept).toHaveLength(20_000);
    expect(kept.at(-1)).toBe(all.at(-1));
  });

  test('of no container nothing is read', async () => {
    expect(await readGraveLines(target(['x'], 'absent').workload, slot, { signal: never })).toEqual([]);
  });
});
