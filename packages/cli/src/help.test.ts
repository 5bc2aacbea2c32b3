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
    expect(stderr).toContain('open');
  });
});
