import { PassThrough } from 'node:stream';
import { Failure } from '@slipway/contracts/failure';
import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../interrupted.ts';
import { readSecret } from '../../local/read-secret.ts';
import { startContractServer } from '../../testing/contract-server.ts';
import { makeIo, runSlipway } from '../../testing/run-slipway.ts';
import { secret } from '../../testing/samples.ts';

const argv = ['secret', 'set', 'SMTP_PASSWORD', '--stage', 'preview', '--project', 'shop'];

describe('secret set', () => {
  it.each([
    ['hunter2\n', 'hunter2'],
    ['hunter2', 'hunter2'],
    ['two\nlines\n', 'two\nlines'],
    ['windows\r\n', 'windows'],
    [' spaces stay ', ' spaces stay '],
    ['{"json":"Ω"}', '{"json":"Ω"}'],
  ])('sends %j from standard input as %j', async (stdin, value) => {
    await using server = await startContractServer({ setSecret: () => secret });

    const { code, stdout, stderr } = await runSlipway(argv, { server, stdin });

    expect(code).toBe(0);
    expect(server.asked[0]).toMatchObject({
      parameters: { project: 'shop', stage: 'preview', name: 'SMTP_PASSWORD' },
      body: { value },
    });
    expect(stdout + stderr).not.toContain(value);
  });

  it.each([
    ['nothing', '', 'The value is empty.'],
    ['a line break alone', '\n', 'The value is empty.'],
    ['too much', 'x'.repeat(70_000), 'longer than 65536 bytes'],
  ])('refuses %s', async (_, stdin, says) => {
    await using server = await startContractServer({ setSecret: () => secret });

    const { code, stderr } = await runSlipway(argv, { server, stdin });

    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(server.asked).toEqual([]);
  });

  it('takes no value from the command line', async () => {
    const { code, stderr } = await runSlipway([...argv, 'hunter2']);

    expect(code).toBe(2);
    expect(stderr).not.toContain('hunter2');
  });

  it.each(['lower', 'WITH-DASH', '1ST', ''])('"%s" is no name of a secret', async (name) => {
    expect((await runSlipway(['secret', 'set', '--stage', 'preview', '--project', 'shop', '--', name])).code).toBe(2);
  });
});

/** A terminal: what was switched and what was shown can be asked afterwards. */
const terminal = () => {
  const { io, stderr } = makeIo({});
  const raw: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
  return { io: { ...io, stdin }, stdin, raw, stderr };
};

describe('a secret typed at a terminal', () => {
  it('is not shown, can be corrected, and the terminal is as before', async () => {
    const { io, stdin, raw, stderr } = terminal();

    const reading = readSecret(io, 'Value: ');
    stdin.write('hunter');
    stdin.write('x\u007f2\r');

    expect(await reading).toBe('hunter2');
    expect(raw).toEqual([true, false]);
    expect(stderr()).toBe('Value: \n');
  });

  it('is given up with Ctrl-C', async () => {
    const { io, stdin, raw } = terminal();

    const reading = readSecret(io, 'Value: ');
    stdin.write('hun\u0003');

    await expect(reading).rejects.toBeInstanceOf(Interrupted);
    expect(raw).toEqual([true, false]);
  });

  it('may not be empty', async () => {
    const { io, stdin } = terminal();

    const reading = readSecret(io, 'Value: ');
    stdin.write('\r');

    await expect(reading).rejects.toBeInstanceOf(Failure);
  });
});
