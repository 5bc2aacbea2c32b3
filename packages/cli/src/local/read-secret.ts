import { Failure } from '@slipway/contracts/failure';
import { Interrupted } from '../interrupted.ts';
import type { Io } from '../io.ts';

const MOST_BYTES = 65_536;
const ENTER = new Set(['\r', '\n', '\u0004']);
const RUB_OUT = new Set(['\u007f', '\b']);
const CTRL_C = '\u0003';

const checked = (value: string): string => {
  if (value === '') throw new Failure('usage', { reason: 'The value is empty.' });
  if (Buffer.byteLength(value) > MOST_BYTES)
    throw new Failure('usage', { reason: `The value is longer than ${MOST_BYTES} bytes.` });
  return value;
};

/** Everything on standard input; the line break at its end, which editors and `echo` add, is not part of it. */
const readPiped = async ({ stdin }: Io): Promise<string> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stdin) {
    parts.push(Buffer.from(part as Buffer));
    size += (part as Buffer).length;
    if (size > MOST_BYTES + 2) break;
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '');
};

type Typed =
  | { readonly kind: 'more'; readonly value: string }
  | { readonly kind: 'end' | 'stop'; readonly value: string };

/** What the keys of one read make of the value so far. */
const type = (before: string, keys: string): Typed => {
  let value = before;
  for (const key of keys) {
    if (key === CTRL_C) return { kind: 'stop', value: '' };
    if (ENTER.has(key)) return { kind: 'end', value };
    value = RUB_OUT.has(key) ? [...value].slice(0, -1).join('') : value + key;
  }
  return { kind: 'more', value };
};

/** In raw mode the terminal shows nothing of what is typed. */
const readTyped = ({ stdin, stderr }: Io, prompt: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let value = '';
    const finish = (): void => {
      stdin.off('data', onKeys);
      stdin.setRawMode?.(false);
      stdin.pause();
      stderr.write('\n');
    };
    const onKeys = (keys: Buffer | string): void => {
      const typed = type(value, String(keys));
      value = typed.value;
      if (typed.kind === 'more') return;
      finish();
      if (typed.kind === 'end') resolve(value);
      else reject(new Interrupted());
    };
    stderr.write(prompt);
    stdin.setRawMode?.(true);
    stdin.on('data', onKeys).resume();
  });

/** A value that neither the command line nor the screen has seen. Failures: usage; Interrupted. */
export const readSecret = async (io: Io, prompt: string): Promise<string> =>
  checked(io.stdin.isTTY === true ? await readTyped(io, prompt) : await readPiped(io));
