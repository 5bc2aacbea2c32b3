import { Duplex } from 'node:stream';
import { Failure } from '@slipway/contracts/failure';
import type { ReadingRoles } from '../../../ports/reading-roles.ts';
import type { Terminal, TerminalSpec, Terminals } from '../../../ports/terminals.ts';
import { receipt, type World } from './world.ts';

/** A command line that says back what is typed; `exit 3` ends it. A session asked for is one that nobody can use. */
export const openMemoryTerminals = (world: World): Terminals => ({
  open: (spec) => world.act('terminals.open', () => open(world, spec)),
  remove: ({ id }) =>
    world.act('terminals.remove', () => {
      const found = world.terminals.get(id);
      world.terminals.delete(id);
      found?.end(null);
    }),
  left: async () => [...world.terminals].map(([id, { environment, createdAt }]) => ({ id, environment, createdAt })),
});

const open = (world: World, spec: TerminalSpec): Terminal => {
  const { environment, slot } = spec.beside;
  if (world.containers.get(`${environment}/${slot}`)?.running !== true)
    throw new Failure('environment-not-running', { environment, state: 'stopped' });
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  let typed = '';
  const bytes = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      typed += chunk.toString();
      if (spec.size !== null) answerLines();
      done();
    },
    final: (done) => {
      finish();
      done();
    },
  });
  const end = (code: number | null): void => {
    resolve(code);
    bytes.push(null);
  };
  const answerLines = (): void => {
    const lines = typed.split('\n');
    typed = lines.pop() ?? '';
    for (const line of lines) {
      const exit = /^exit (\d+)$/.exec(line);
      if (exit !== null) {
        end(Number(exit[1]));
        return;
      }
      bytes.push(`${line}\r\n`);
    }
  };
  const finish = (): void => {
    if (typed.includes('slipway_connect')) bytes.push(`SLIPWAY-SESSION ${'s'.repeat(82)}${world.nextNumber()}\n`);
    else bytes.push(typed);
    end(0);
  };
  world.terminals.set(spec.id, { environment, spec, createdAt: world.now().toISOString(), end });
  const once = 'program' in spec.command && /^(?:true|false)$/.test(spec.command.program);
  if (once) end('program' in spec.command && spec.command.program === 'true' ? 0 : 1);
  return { bytes, resize: async () => undefined, exitCode: () => ended };
};

export const openMemoryReaders = (world: World): ReadingRoles => ({
  ensureReader: ({ role, owner }) =>
    world.act('readers.ensure', () => {
      world.roles.set(role, owner);
      return receipt(`reader ${role}`);
    }),
  dropReader: (role) =>
    world.act('readers.drop', () => {
      world.roles.delete(role);
      return receipt(`drop reader ${role}`);
    }),
});
