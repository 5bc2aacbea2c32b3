import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { describe, expect, it } from 'vitest';
import { CommandError, runCommand } from './run-command.ts';

const node = (script: string): [string, string[]] => [process.execPath, ['-e', script]];
const failureOf = async (promise: Promise<unknown>): Promise<CommandError> => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CommandError)) throw new Error(`expected a CommandError, got ${String(error)}`);
  return error;
};
/** A zombie counts as ended: whether the machine's first process collects it is not ours. */
const isAlive = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat !== null && !/\) Z /.test(stat);
};

describe('runCommand', () => {
  it('returns the exit code and both streams', async () => {
    const result = await runCommand(...node('console.log("out"); console.error("err"); process.exit(3)'));

    expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('hands arguments over as they are, without a shell', async () => {
    const result = await runCommand(process.execPath, ['-p', 'process.argv[1]', '$(id); "quoted" `x`']);

    expect(result.stdout).toBe('$(id); "quoted" `x`\n');
  });

  it('lets a program have the processor after this process, not before it', async () => {
    const { stdout } = await runCommand(...node('setTimeout(() => console.log(require("os").getPriority()), 100)'));

    expect(Number(stdout)).toBeGreaterThan(getPriority());
  });

  it.runIf(existsSync('/proc/self/autogroup'))('lets it with its session come after other sessions', async () => {
    const { stdout } = await runCommand(
      ...node('setTimeout(() => console.log(require("fs").readFileSync("/proc/self/autogroup", "utf8")), 100)'),
    );

    expect(stdout).toMatch(/ nice 5$/m);
  });

  it('streams lines as they come, also one that is split over two writes and a last one without an end', async () => {
    const lines: string[] = [];

    await runCommand(...node('process.stdout.write("a\\nb"); setTimeout(() => process.stdout.write("c\\nd"), 50)'), {
      onLine: (line) => lines.push(line),
    });

    expect(lines).toEqual(['a', 'bc', 'd']);
  });

  it('does not break a character that is split over two chunks', async () => {
    const script =
      'const b = Buffer.from("é"); process.stdout.write(b.subarray(0,1)); setTimeout(() => process.stdout.write(b.subarray(1)), 50)';

    expect((await runCommand(...node(script))).stdout).toBe('é');
  });

  it('gives the input and closes it', async () => {
    const result = await runCommand(...node('process.stdin.pipe(process.stdout)'), { input: 'hello' });

    expect(result.stdout).toBe('hello');
  });

  it('keeps only the last characters when a program writes too much', async () => {
    const result = await runCommand(...node('process.stdout.write("x".repeat(100000) + "end")'), { maxBytes: 10 });

    expect(result.stdout).toBe('xxxxxxxend');
  });

  it('does not hand our environment to the program', async () => {
    process.env.SLIPWAY_TEST_SECRET = 'hidden';

    const result = await runCommand(...node('console.log(Object.keys(process.env).sort().join())'), {
      env: { ADDED: '1' },
    });

    delete process.env.SLIPWAY_TEST_SECRET;
    expect(result.stdout).toContain('ADDED');
    expect(result.stdout).not.toContain('SLIPWAY_TEST_SECRET');
  });

  it('says when the program does not exist', async () => {
    const error = await failureOf(runCommand('slipway-no-such-program', []));

    expect(error.reason).toBe('cannot-start');
    expect(error.message).toContain('slipway-no-such-program');
  });

  it('ends the program and its children when the time is over', async () => {
    const pids: number[] = [];
    const script =
      'const c = require("child_process").spawn(process.execPath, ["-e", "setInterval(()=>{},1000)"]); console.log(c.pid); setInterval(()=>{},1000)';

    const error = await failureOf(
      runCommand(...node(script), { timeoutSeconds: 1, onLine: (line) => pids.push(Number(line)) }),
    );

    expect(error.reason).toBe('timed-out');
    expect(pids).toHaveLength(1);
    await expect.poll(() => isAlive(pids[0] ?? 0)).toBe(false);
  });

  it('kills a program that ignores SIGTERM', async () => {
    const started = Date.now();

    const error = await failureOf(
      runCommand(...node('process.on("SIGTERM", () => {}); setInterval(()=>{},1000)'), { timeoutSeconds: 1 }),
    );

    expect(error.reason).toBe('timed-out');
    expect(Date.now() - started).toBeLessThan(6000);
  });

  it('ends the program when it is aborted', async () => {
    const abort = new AbortController();
    const running = runCommand(...node('setInterval(()=>{},1000)'), { signal: abort.signal });
    setTimeout(() => abort.abort(), 100);

    expect((await failureOf(running)).reason).toBe('aborted');
  });

  it('does not start at all when it was aborted before', async () => {
    const error = await failureOf(runCommand(...node('1'), { signal: AbortSignal.abort() }));

    expect(error.reason).toBe('aborted');
  });

  it('reports a program that was ended by somebody else', async () => {
    const result = await runCommand(...node('process.kill(process.pid, "SIGKILL")'));

    expect(result.exitCode).toBe(137);
  });
});
