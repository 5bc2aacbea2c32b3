/** What a Dockerfile's last stage is: its base, its user, whether it is asked how it is. Read, never built. */
import { Argument, DockerfileParser, type From, type Instruction } from 'dockerfile-ast';
import type { Place } from '../yaml-source.ts';

export interface Base {
  readonly image: string;
  readonly place: Place;
}

export interface DockerfileFacts {
  /** Images that are pulled, in the order of the stages; stages of the file itself are left out. */
  readonly bases: readonly Base[];
  /** Of the last stage, with the stages that it starts from. */
  readonly user: (Place & { readonly name: string }) | null;
  readonly healthCheck: boolean;
  /** The pulled image that the last stage starts from. */
  readonly last: Base | null;
}

const placeOf = (range: { start: { line: number; character: number } }): Place => ({
  line: range.start.line + 1,
  column: range.start.character + 1,
});

interface Stage {
  readonly name: string | null;
  readonly from: string;
  readonly place: Place;
  readonly instructions: readonly Instruction[];
}

/** No image has a longer name; what comes after it is no part of one. */
const LONGEST_NAME = 1000;

/** `${VERSION:-19.0}` and `$VERSION`, from the ARGs above the first FROM; what nothing is known of stays. */
const expand = (text: string, defaults: ReadonlyMap<string, string>): string =>
  text.slice(0, LONGEST_NAME).replace(/\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g, (whole, braced, fallback, bare) => {
    const known = defaults.get(String(braced ?? bare));
    return known ?? (typeof fallback === 'string' ? fallback : whole);
  });

const defaultOf = (instruction: Instruction): [name: string, value: string] | null => {
  const [name = '', ...value] = (instruction.getArgumentsContent() ?? '').split('=');
  return value.length > 0 ? [name.trim(), value.join('=').replace(/^["']|["']$/g, '')] : null;
};

const stagesOf = (instructions: readonly Instruction[]): readonly Stage[] => {
  const first = instructions.findIndex((one) => one.getKeyword() === 'FROM');
  const above = instructions.slice(0, Math.max(0, first)).filter((one) => one.getKeyword() === 'ARG');
  const defaults = new Map(above.map(defaultOf).filter((found) => found !== null));
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const instruction of instructions) {
    if (instruction.getKeyword() !== 'FROM') {
      stages.at(-1)?.instructions.push(instruction);
      continue;
    }
    const from = instruction as From;
    const place = placeOf(from.getImageRange() ?? from.getRange());
    const name = from.getBuildStage()?.toLowerCase() ?? null;
    stages.push({ name, from: expand(from.getImage() ?? '', defaults), place, instructions: [] });
  }
  return stages;
};

/** The last stage and those that it is made from, the last first. */
const lineage = (stages: readonly Stage[]): readonly Stage[] => {
  const found: Stage[] = [];
  let index = stages.length - 1;
  while (index >= 0) {
    const stage = stages[index];
    if (stage === undefined) break;
    found.push(stage);
    const wanted = stage.from.toLowerCase();
    index = stages.slice(0, index).findLastIndex(({ name }, at) => name === wanted || String(at) === wanted);
  }
  return found;
};

const argumentOf = (instruction: Instruction): { readonly text: string; readonly place: Place } => {
  const [argument] = instruction.getArguments();
  return argument instanceof Argument
    ? { text: argument.getValue(), place: placeOf(argument.getRange()) }
    : { text: '', place: placeOf(instruction.getRange()) };
};

export const readDockerfile = (text: string): DockerfileFacts => {
  const stages = stagesOf(DockerfileParser.parse(text).getInstructions());
  const own = new Set(stages.map(({ name }) => name));
  const bases = stages
    .filter(({ from }, index) => !own.has(from.toLowerCase()) && !(Number(from) < index) && from !== 'scratch')
    .map(({ from, place }) => ({ image: from, place }));
  const line = lineage(stages);
  const users = line.flatMap(({ instructions }) => instructions.filter((one) => one.getKeyword() === 'USER').slice(-1));
  const checks = line.flatMap(({ instructions }) =>
    instructions.filter((one) => one.getKeyword() === 'HEALTHCHECK').slice(-1),
  );
  const [user, check] = [users[0], checks[0]];
  const root = line.at(-1);
  return {
    bases,
    user: user === undefined ? null : { name: argumentOf(user).text, ...argumentOf(user).place },
    healthCheck: check !== undefined && argumentOf(check).text.toUpperCase() !== 'NONE',
    last: root === undefined ? null : { image: root.from, place: root.place },
  };
};
