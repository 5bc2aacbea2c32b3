import { marked, type Region } from '../local/marked-region.ts';

/** A file under .github: regions that are ours, and the lines between them. */
export interface GeneratedFile {
  readonly path: string;
  readonly regions: readonly Region[];
  /** The file as it is written first. */
  readonly text: string;
}

export interface Head {
  readonly file: string;
  readonly name: string;
  /** What it is for, as comments. */
  readonly says: readonly string[];
  /** Lines under `on`. */
  readonly on: readonly string[];
  /** The name of the concurrency group, and whether a newer run cancels an older one. */
  readonly group: string;
  readonly cancel: boolean;
}

export const WORKFLOWS = '.github/workflows';

const headRegion = ({ name, says, on, group, cancel }: Head): Region => ({
  name: 'when',
  text: [
    ...says.map((line) => `# ${line}`),
    `name: ${name}`,
    'on:',
    ...on.map((line) => `  ${line}`),
    'permissions:',
    '  contents: read',
    'concurrency:',
    `  group: ${group}`,
    `  cancel-in-progress: ${cancel}`,
  ].join('\n'),
});

/** Jobs of one's own go under `jobs`, outside of the marks. */
export const workflow = (head: Head, jobs: readonly Region[]): GeneratedFile => {
  const when = headRegion(head);
  return {
    path: `${WORKFLOWS}/${head.file}`,
    regions: [when, ...jobs],
    text: `${marked(when)}\n\njobs:\n${jobs.map(marked).join('\n\n')}\n`,
  };
};
