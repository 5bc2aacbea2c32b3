import { describe, expect, it } from 'vitest';
import { COMMANDS } from './registry.ts';
import { runSlipway } from './testing/run-slipway.ts';

const nouns = [...new Set(COMMANDS.map(({ path }) => path.split(' ')[0] ?? ''))];
const paths = [...new Set(['', ...nouns, ...COMMANDS.map(({ path }) => path)])];

describe('help', () => {
  for (const path of paths)
    it(`slipway ${path} --help`, async () => {
      const { code, stdout, stderr } = await runSlipway([...path.split(' ').filter(Boolean), '--help']);

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatchSnapshot();
    });

  it('a noun without a verb lists its verbs and is a usage problem', async () => {
    const { code, stderr } = await runSlipway(['preview']);

    expect(code).toBe(2);
    expect(stderr).toContain('open [options]');
    expect(stderr).toContain('Say what to do');
  });

  it('a misspelt verb gets a suggestion', async () => {
    const { code, stderr } = await runSlipway(['preview', 'opne']);

    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'opne'. Did you mean open?\n");
  });

  it.each([
    [['preview', 'wake'], 'preview wake'],
    [['--project', 'shop', 'preview', 'wake', 'x'], 'preview wake'],
    [['preview', 'opne'], 'preview'],
    [['up', '--port', 'x'], 'up'],
    [['secret', 'set', 'FOO', '--stage', 'prod'], 'secret set'],
    [['preview', 'close', '12', '--project', 'shop', '--json'], 'preview close'],
  ])('wrong usage names the help of the very command: %j', async (argv, command) => {
    const { code, stderr } = await runSlipway(argv, { variables: { SLIPWAY_SERVER: 'http://127.0.0.1:9' } });

    expect(code).toBe(2);
    expect(stderr).toContain(`See \`slipway ${command} --help\`.`);
  });

  it('wrong usage without a command names the help of all', async () => {
    expect((await runSlipway(['previev', 'list'])).stderr).toContain('See `slipway --help`.');
  });

  it('a wrong stage is answered with those that there are', async () => {
    const { stderr } = await runSlipway(['secret', 'set', 'FOO', '--stage', 'prod']);

    expect(stderr).toContain('stage: must be one of development, preview, staging, production.');
  });
});
