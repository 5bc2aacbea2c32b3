import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

const WHOLE = join(import.meta.dirname, '../../start/start-slipway.ts');

describe('what the control plane loads of dockerode', () => {
  it('is neither gRPC nor SSH', async () => {
    const script = `
      import { Module } from 'node:module';
      await import(${JSON.stringify(WHOLE)});
      console.log(Object.keys(Module._cache).join('\\n'));
      process.exit(0);`;
    const { stdout, stderr } = await runCommand(process.execPath, ['--input-type=module', '--eval', script]);
    const loaded = stdout.split('\n');

    expect(stderr).toBe('');
    expect(loaded.filter((file) => /\/dockerode\/lib\/docker\.js$/.test(file))).toHaveLength(1);
    expect(loaded.filter((file) => /node_modules\/(?:@grpc|ssh2|protobufjs)\//.test(file))).toEqual([]);
  });
});
