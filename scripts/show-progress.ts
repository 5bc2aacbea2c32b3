/** Turns the JSON lines of `main.ts image-build` into lines for people: `node main.ts image-build | node show-progress.ts`. */
import { createInterface } from 'node:readline';

const started = Date.now();
const TELLING_SECONDS = 1;

interface Line {
  readonly progress?: string;
  readonly error?: string;
  readonly hint?: string;
}

const read = (line: string): Line | null => {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return null;
  }
};

let held: string[] = [];
// What is over within a second is not worth a line.
const timer = setTimeout(() => {
  for (const text of held) console.log(text);
  held = [];
}, TELLING_SECONDS * 1000);

for await (const line of createInterface({ input: process.stdin })) {
  const said = read(line);
  const seconds = (Date.now() - started) / 1000;
  if (said?.error !== undefined) console.error(`✗ ${said.error}\n  Hint: ${said.hint ?? ''}`);
  else if (said === null) console.log(line);
  else if (said.progress !== undefined) {
    const text = `  [${seconds.toFixed(1).padStart(5)} s] ${said.progress}`;
    if (seconds > TELLING_SECONDS) console.log(text);
    else held.push(text);
  }
}
clearTimeout(timer);
