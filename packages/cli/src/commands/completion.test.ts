import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSlipway } from '../testing/run-slipway.ts';

const script = async (shell: string): Promise<string> => (await runSlipway(['completion', shell])).stdout;

describe('bash', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
    file = join(folder, 'slipway.bash');
    await writeFile(file, await script('bash'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What bash offers for the last word. */
  const offers = (...words: readonly string[]): string[] => {
    const ask =
      'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _slipway; printf "%s\\n" "${COMPREPLY[@]}"';
    const answer = execFileSync('bash', ['-c', ask, 'bash', file, 'slipway', ...words], { encoding: 'utf8' });
    return answer.split('\n').filter((word) => word !== '');
  };

  it('is a script without mistakes', () => {
    execFileSync('bash', ['-n', file]);
  });

  it('offers nouns, verbs and options', () => {
    expect(offers('pre')).toEqual(['preview']);
    expect(offers('preview', '')).toEqual(expect.arrayContaining(['open', 'list', 'close', '--json']));
    expect(offers('preview', 'open', '--w')).toEqual(['--wait']);
    expect(offers('secret', 's')).toEqual(['set']);
  });

  it('goes by the verb, whatever stands between', () => {
    expect(offers('--json', 'preview', 'open', '--ref', 'main', '--ti')).toEqual(['--title', '--timeout']);
    expect(offers('preview', 'logs', '12', '--f')).toEqual(['--follow']);
  });

  it('evaluates nothing of what was typed', () => {
    expect(offers('preview', 'open', '--ref', '$(touch /nonexistent/x)', '--wai')).toEqual(['--wait']);
  });
});

describe('zsh and fish', () => {
  it.each(['zsh', 'fish'])('%s knows every verb', async (shell) => {
    const text = await script(shell);

    for (const word of ['preview', 'open', 'evidence', 'verify', 'completion']) expect(text).toContain(word);
    expect(text).toMatchSnapshot();
  });
});

it('another shell is a usage problem that lists the known ones', async () => {
  const { code, stderr } = await runSlipway(['completion', 'tcsh']);

  expect(code).toBe(2);
  expect(stderr).toContain('must be one of bash, zsh, fish');
});

it('fish does not take a verb for the command of the same name', async () => {
  const { stdout } = await runSlipway(['completion', 'fish']);
  const lines = stdout.split('\n').filter((line) => line.includes('-l series'));

  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('__fish_seen_subcommand_from init; and not __fish_seen_subcommand_from ci');
});
