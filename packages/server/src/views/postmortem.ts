import type { FailureData } from '@slipway/contracts/failure';
import type { Difference } from '../ports/source-difference.ts';
import type { StepRow } from '../store/journal.ts';
import { code, codeBlock, sentence, table } from './markdown.ts';

/** What is known of a deployment that failed. Nothing in it depends on when the draft is made. */
export interface PostmortemFacts {
  readonly run: string;
  readonly kind: string;
  readonly environment: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly sha: string | null;
  /** The commit that served before, and serves again; null: none, or not known. */
  readonly before: string | null;
  /** Whether something serves; null: not known. */
  readonly serving: boolean | null;
  readonly failure: FailureData;
  readonly step: string | null;
  readonly steps: readonly StepRow[];
  readonly lines: readonly string[];
  /** Null: the commits are not here to compare. */
  readonly difference: Difference | null;
  readonly evidence: readonly string[];
}

const BY_PEOPLE = '_To be written by people._';
const MOST_FILES = 30;

/** A draft in Markdown: facts with their times, and the headings under which people write the rest. */
export const postmortem = (facts: PostmortemFacts): string =>
  [
    `# ${facts.kind} of ${facts.environment} failed, ${day(facts.requestedAt)}`,
    `Draft, made by Slipway from what run ${code(facts.run)} recorded. Times are UTC.`,
    '## What happened',
    happened(facts),
    '## Impact',
    impact(facts),
    '## Timeline',
    timeline(facts),
    '## The last lines of the log',
    facts.lines.length === 0 ? 'There are none.' : codeBlock(facts.lines),
    '## What was to go live',
    changes(facts),
    '## Evidence',
    evidence(facts),
    '## Why it could happen',
    BY_PEOPLE,
    '## What we do about it',
    BY_PEOPLE,
    '',
  ].join('\n\n');

const day = (iso: string): string => iso.slice(0, 10);
const time = (iso: string): string => iso.slice(0, 19).replace('T', ' ');
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

const happened = ({ failure, step, requestedBy, requestedAt, sha }: PostmortemFacts): string =>
  [
    `${sentence(failure.message)}`,
    list([
      `Commit: ${sha === null ? 'none' : code(sha)}`,
      `Asked for by ${sentence(requestedBy)}, ${time(requestedAt)}`,
      `Failed at step ${code(step ?? 'prepare')} with ${code(failure.code)}`,
      `What Slipway advises: ${sentence(failure.hint)}`,
    ]),
  ].join('\n\n');

/** A step after which requests are kept back, and one after which somebody serves. */
const HOLDS = /^(?:hold|read-only|maintenance)/;
const SERVES = /^(?:switch-route|release|resume|serve)/;

interface Interval {
  readonly what: string;
  readonly from: string;
  /** Null: it was not recorded. */
  readonly milliseconds: number | null;
}

/** From each step that kept something back to the next that let it go, in the order in which they were taken. */
export const heldBack = (steps: readonly StepRow[]): Interval[] => intervals(steps, HOLDS, SERVES);

/** While a database was closed to writes: reading it is served, saving is not before all is served again. */
export const notSaved = (steps: readonly StepRow[]): Interval[] => intervals(steps, /^freeze-writes/, /^switch-route/);

const intervals = (steps: readonly StepRow[], begins: RegExp, ends: RegExp): Interval[] => {
  const taken = steps.filter((step) => step.finishedAt !== null && step.state === 'done');
  taken.sort((a, b) => Date.parse(a.finishedAt ?? '') - Date.parse(b.finishedAt ?? '') || a.index - b.index);
  return taken.flatMap((step, index) => {
    if (!begins.test(step.name) && !begins.test(step.kind)) return [];
    const end = taken.slice(index + 1).find(({ name, kind }) => ends.test(kind) || ends.test(name));
    const from = step.finishedAt ?? '';
    const until = end?.finishedAt ?? null;
    return [{ what: step.name, from, milliseconds: until === null ? null : Date.parse(until) - Date.parse(from) }];
  });
};

const impact = ({ steps, before, serving }: PostmortemFacts): string => {
  const long = ({ from, milliseconds }: Interval): string =>
    `from ${time(from)}, ${milliseconds === null ? 'when that ended is not recorded' : `for ${seconds(milliseconds)}`}`;
  const held = heldBack(steps).map((one) => `Requests were kept back by ${code(one.what)} ${long(one)}`);
  const closed = notSaved(steps).map((one) => `Nobody could save ${long(one)}`);
  const now =
    serving === null
      ? 'What serves now was not known when this was written'
      : serving
        ? `The former version serves${before === null ? '' : `: ${code(before)}`}`
        : 'Nothing serves';
  return list([...(held.length === 0 ? ['No step kept requests back'] : held), ...closed, now]);
};

const timeline = ({ requestedAt, startedAt, steps }: PostmortemFacts): string => {
  const taken = [...steps].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.index - b.index);
  return table(
    ['When', 'What', 'Took', 'Result'],
    [
      [time(requestedAt), 'asked for', '', ''],
      ...(startedAt === null ? [] : [[time(startedAt), 'began', '', '']]),
      ...taken.map((step) => [
        time(step.startedAt),
        code(step.name),
        step.milliseconds === null ? '' : seconds(step.milliseconds),
        sentence([step.state, step.failure?.message ?? step.note].filter((part) => part != null).join(': '), 200),
      ]),
    ],
  );
};

const changes = ({ difference, before, sha, serving }: PostmortemFacts): string => {
  if (difference === null)
    return before === null
      ? `${serving === null ? 'What served before was not recorded' : 'Nothing served before'}, so there is nothing to compare with.`
      : `From ${code(before)} to ${code(sha ?? '')}; the commits are not here to compare.`;
  const { commits, more, files } = difference;
  const total = (which: 'added' | 'removed'): number => files.reduce((sum, file) => sum + (file[which] ?? 0), 0);
  const rest = files.length - MOST_FILES;
  return [
    `${commits.length + more} commits, ${files.length} files, ${total('added')} lines added, ${total('removed')} removed.`,
    list(
      commits.map(
        ({ sha: id, author, subject, at }) =>
          `${code(id.slice(0, 12))} ${day(at)} ${sentence(author, 80)}: ${sentence(subject, 200)}`,
      ),
    ),
    ...(more > 0 ? [`… and ${more} more.`] : []),
    table(
      ['File', 'Added', 'Removed'],
      files
        .slice(0, MOST_FILES)
        .map(({ path, added, removed }) => [code(path), String(added ?? 'binary'), String(removed ?? 'binary')]),
    ),
    ...(rest > 0 ? [`… and ${rest} more files.`] : []),
  ].join('\n\n');
};

const evidence = ({ run, evidence: files }: PostmortemFacts): string =>
  [
    `${code(`slipway evidence bundle ${run}`)} writes all of it into one signed file; ${code(`slipway run logs ${run}`)} prints the log.`,
    list(files.map((path) => code(path))),
  ].join('\n\n');
