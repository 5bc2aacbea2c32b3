import { type CheckContext, fail, pass, type SmokeCheck } from '../check.ts';
import { SLOW_LIMIT } from '../odoo-call.ts';

/** A system on its knees must not keep a deployment waiting: what is not sent by then is left out, and said to be. */
const LONGEST = 30_000;

interface Probe {
  readonly milliseconds: number;
  readonly failed: boolean;
}

/** Workers of one queue. A redirect is an answer, an error of the server or of the line is none. */
const probe = async (context: CheckContext): Promise<readonly Probe[]> => {
  const { path, requests, concurrency } = context.settings.probe;
  const until = context.now() + LONGEST;
  const probes: Probe[] = [];
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < requests && context.now() < until) {
      sent += 1;
      const answer = await context.ask({ method: 'GET', path });
      probes.push({ milliseconds: answer.milliseconds, failed: 'error' in answer || answer.status >= 400 });
    }
  };
  // Not counted: whatever is made at the first request only.
  await context.ask({ method: 'GET', path, limit: SLOW_LIMIT });
  await Promise.all(Array.from({ length: concurrency }, worker));
  return probes;
};

/** The nearest rank: one of the values that were measured, never one between them. */
export const percentile = (values: readonly number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)] ?? 0;

export const load: SmokeCheck = {
  id: 'load',
  title: 'Latency and errors',
  proves: 'Under a few requests at a time it stays quick and answers all of them.',
  run: async (context) => {
    const { settings } = context;
    const probes = await probe(context);
    const times = probes.map(({ milliseconds }) => milliseconds);
    const failed = probes.filter((each) => each.failed).length;
    const percent = probes.length === 0 ? 100 : (failed / probes.length) * 100;
    const p95 = percentile(times, 95);
    const count = probes.length === settings.probe.requests ? '' : ` of ${settings.probe.requests}`;
    const measured = `p95 ${p95} ms, median ${percentile(times, 50)} ms, ${failed} of ${probes.length}${count} requests failed`;
    if (percent > settings.thresholds.error_percent)
      return fail(
        `${measured}; at most ${settings.thresholds.error_percent} % wanted`,
        `Look at Odoo's log for ${settings.probe.path}.`,
      );
    if (p95 > settings.thresholds.p95_ms)
      return fail(
        `${measured}; p95 of at most ${settings.thresholds.p95_ms} ms wanted`,
        'Is something else busy on the machine? Give Odoo more CPU or workers, or raise smoke.thresholds.p95_ms.',
      );
    return pass(measured);
  },
};
