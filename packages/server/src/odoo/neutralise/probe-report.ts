import { z } from 'zod';
import type { Sighting } from '../../ports/sightings.ts';
import { PROBE_MARK } from './probe-script.ts';

const probeResult = z.object({
  kind: z.enum(['mail', 'webhook', 'web', 'direct', 'cron']),
  name: z.string(),
  outcome: z.enum(['done', 'error', 'skipped']),
  text: z.string(),
  /** Address and what came of it: `inside` (the catcher, the proxy), `left`, or the name of an error. */
  connections: z.array(z.tuple([z.string(), z.string()])),
  seconds: z.number(),
});
export type ProbeResult = z.infer<typeof probeResult>;

export interface ProbeReport {
  readonly ok: boolean;
  /** How many of each were tried. */
  readonly tried: Readonly<Record<string, number>>;
  readonly probes: readonly ProbeResult[];
  readonly seen: readonly Sighting[];
  /** What got out, or should have been caught and was not: none is the only good number. */
  readonly left: readonly string[];
}

/** Lines of the job; null: it did not come to its end. */
export const readProbes = (lines: readonly string[]): readonly ProbeResult[] | null => {
  const marked = lines.filter((line) => line.includes(PROBE_MARK)).map((line) => line.slice(line.indexOf(PROBE_MARK)));
  const results = marked.map((line) => line.slice(PROBE_MARK.length).trim());
  if (results.at(-1) !== 'END') return null;
  return results.slice(0, -1).map((text) => probeResult.parse(JSON.parse(text)));
};

/** The proxy says no by an answer of its own. */
const REFUSED = new Set(['403', '502']);

/** `seen`: null where nobody watches from outside. */
export const judgeProbes = (
  probes: readonly ProbeResult[],
  seen: readonly Sighting[] | null,
  allow: readonly string[],
): ProbeReport => {
  const inside = probes.flatMap(({ kind, name, connections }) =>
    connections.filter(([, outcome]) => outcome === 'left').map(([at]) => `${kind} "${name}" connected to ${at}`),
  );
  const answered = probes
    .filter(({ kind, outcome, text }) => kind === 'web' && outcome === 'done' && !REFUSED.has(text))
    .filter(({ name }) => !isListed(new URL(name).hostname, allow))
    .map(({ name, text }) => `${name} answered ${text}`);
  const outside = (seen ?? [])
    .filter(({ outcome, host }) => outcome === 'allowed' && !isListed(host, allow))
    .map(({ kind, host, port, count }) => `the gateway let ${count} ${kind} through to ${host}:${port}`);
  const left = [...inside, ...answered, ...outside, ...mailLost(probes, seen)];
  const tried: Record<string, number> = {};
  for (const { kind } of probes) tried[kind] = (tried[kind] ?? 0) + 1;
  return { ok: left.length === 0, tried, probes, seen: seen ?? [], left };
};

/** A mail that Odoo calls sent has to be where mails are caught: else it went somewhere. */
const mailLost = (probes: readonly ProbeResult[], seen: readonly Sighting[] | null): string[] => {
  const sent = probes.some(({ kind, outcome }) => kind === 'mail' && outcome === 'done');
  const caught = seen?.some(({ outcome }) => outcome === 'caught') ?? true;
  return sent && !caught ? ['a mail that Odoo sent is not in the catcher'] : [];
};

const isListed = (host: string, allow: readonly string[]): boolean =>
  allow.some((line) => {
    const listed = line.replace(/:\d+$/, '');
    return listed.startsWith('*.') ? host.endsWith(listed.slice(1)) : host === listed;
  });
