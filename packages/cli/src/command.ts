import type { RouteName } from '@slipway/contracts/api';
import { Failure } from '@slipway/contracts/failure';
import type { z } from 'zod';
import type { ExitName } from './exit-codes.ts';
import type { Screen } from './output/screen.ts';
import type { Session } from './session.ts';

export interface Flag {
  /** As commander writes it: `--ref <ref>`, `--wait`. */
  readonly flags: string;
  readonly says: string;
  readonly required?: boolean;
}

export interface Argument {
  /** `<name>`, or `[name]` when it may be left out. */
  readonly name: string;
  readonly says: string;
}

interface Spec<I, V> {
  /** `preview open`: the words that call it, and the file it is in. */
  readonly path: string;
  readonly says: string;
  readonly example: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Flag[];
  /** Checks arguments and options, which arrive as one object. */
  readonly input: z.ZodType<I>;
  /** What --json prints. Of a command with `lines`: what each line is. */
  readonly view: z.ZodType<V>;
  /** The routes of the API that it may call. */
  readonly routes: readonly RouteName[];
}

/** A command with one answer: `run` gets it, `show` puts it into words. */
interface AnswerSpec<I, V> extends Spec<I, V> {
  readonly run: (input: I, session: Session) => Promise<V>;
  readonly show: (view: V, screen: Screen, input: I) => string;
  /** The exit when the answer is not a success; a number where it counts something. Default: ok. */
  readonly exit?: (view: V, input: I) => ExitName | number;
}

/** A command whose answer is lines that come over time. */
interface LinesSpec<I, V> extends Spec<I, V> {
  readonly lines: (input: I, session: Session) => AsyncIterable<V>;
  readonly show: (line: V, screen: Screen, input: I) => string;
}

/** What the program, the reference, the completion and the tests need of a command. */
export interface Command {
  readonly path: string;
  readonly says: string;
  readonly example: string;
  readonly arguments: readonly Argument[];
  readonly options: readonly Flag[];
  readonly view: z.ZodType;
  readonly routes: readonly RouteName[];
  /** Whether --json prints one view per line instead of one in all. */
  readonly streams: boolean;
  execute(raw: unknown, session: Session): Promise<ExitName | number>;
}

const checkInput = <I>(schema: z.ZodType<I>, raw: unknown): I => {
  const checked = schema.safeParse(raw);
  if (checked.success) return checked.data;
  const reasons = checked.error.issues.map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
  throw new Failure('usage', { reason: `${reasons.join('; ')}.` });
};

const describe = <I, V>(spec: Spec<I, V>): Omit<Command, 'execute' | 'streams'> => ({
  path: spec.path,
  says: spec.says,
  example: spec.example,
  arguments: spec.arguments ?? [],
  options: spec.options ?? [],
  view: spec.view,
  routes: spec.routes,
});

/** What was shown as it came has nothing to be said after it. */
const printUnlessNone = async (session: Session, text: string): Promise<void> => {
  if (text !== '') await session.print(text);
};

export const defineCommand = <I, V>(spec: AnswerSpec<I, V>): Command => ({
  ...describe(spec),
  streams: false,
  execute: async (raw, session) => {
    const input = checkInput(spec.input, raw);
    const view = await spec.run(input, session);
    if (session.globals.json) await session.printJson(view, 2);
    else await printUnlessNone(session, spec.show(view, session.screen, input));
    return spec.exit?.(view, input) ?? 'ok';
  },
});

export const defineLines = <I, V>(spec: LinesSpec<I, V>): Command => ({
  ...describe(spec),
  streams: true,
  execute: async (raw, session) => {
    const input = checkInput(spec.input, raw);
    for await (const line of spec.lines(input, session)) {
      if (session.globals.json) await session.printJson(line);
      else await session.print(spec.show(line, session.screen, input));
      if (session.io.stdout.destroyed) break;
    }
    return 'ok';
  },
});
