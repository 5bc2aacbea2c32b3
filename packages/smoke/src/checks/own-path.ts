import type { SmokeSection } from '@slipway/contracts/smoke-config';
import { fail, pass, type SmokeCheck } from '../check.ts';
import { SLOW_LIMIT } from '../odoo-call.ts';

type OwnPath = SmokeSection['paths'][number];

/** An endpoint of the project, as slipway.yaml describes it. */
export const ownPath = ({ path, status, text, maximum_ms: most }: OwnPath): SmokeCheck => ({
  id: `path ${path}`,
  title: path,
  proves: "The project's own endpoint answers as slipway.yaml says.",
  run: async ({ ask }) => {
    const fix = `Look at Odoo's log for ${path}, or correct it under smoke.paths in slipway.yaml.`;
    const answer = await ask({ method: 'GET', path, limit: Math.max(SLOW_LIMIT, most ?? 0) });
    if ('error' in answer) return fail(answer.error, fix);
    if (answer.status !== status) return fail(`answers ${answer.status}, wanted ${status}`, fix);
    if (text !== undefined && !answer.body.includes(text)) return fail(`${status}, without the text "${text}"`, fix);
    if (most !== undefined && answer.milliseconds > most)
      return fail(`${answer.milliseconds} ms, at most ${most} wanted`, fix);
    return pass(`${status} in ${answer.milliseconds} ms`);
  },
});
