import { Failure } from '@slipway/contracts/failure';
import { expect, test } from 'vitest';
import { noteBaseline } from './note-baseline.ts';
import type { StepContext } from './step.ts';

const NOW = Date.parse('2026-11-21T21:00:00.000Z');
const ERROR = '2026-11-21 20:00:00,000 1 ERROR shop odoo.http: Exception during request handling.';
const CRON = `2026-11-21 20:00:00,000 1 ERROR shop odoo.addons.base.models.ir_cron: Job 'Nightly sums' (12) server action #90 failed`;

const note = async (logs: (slot: string) => readonly string[]) => {
  const said: string[] = [];
  const context = {
    ports: {
      workload: {
        state: async () => ({ kind: 'running' }),
        logs: async function* ({ slot }: { slot: string }) {
          yield* logs(slot);
        },
      },
    },
    signal: new AbortController().signal,
    log: (_: string, line: string) => said.push(line),
    now: () => NOW,
  } as unknown as StepContext;
  const { receipt } = await noteBaseline.run({ environment: 'shop/production', slot: 'blue' }, context);
  return { receipt, said };
};

test('What is no news is what stands in the log of the version that serves, and in that of its scheduled actions', async () => {
  const { receipt } = await note((slot) => (slot === 'cron' ? [CRON] : [ERROR, ERROR]));

  expect(receipt).toMatchObject({
    known: {
      errors: [
        { text: 'Exception during request handling.', count: 2 },
        { text: expect.stringContaining('Nightly sums') },
      ],
      failingCrons: [{ name: 'Nightly sums', failures: 1 }],
    },
    until: '2026-11-21T21:00:00.000Z',
  });
});

test('A log that cannot be read is told as that, and the deployment goes on', async () => {
  const { receipt, said } = await note(() => {
    throw new Failure('usage', { reason: 'configured logging driver does not support reading' });
  });

  expect(receipt).toMatchObject({ known: null });
  expect(said.join()).toContain('does not support reading');
});

test('A target that is away is waited for like everywhere else', async () => {
  const away = note(() => {
    throw new Failure('docker-unreachable', { reason: 'refused' });
  });

  await expect(away).rejects.toMatchObject({ code: 'docker-unreachable' });
});
