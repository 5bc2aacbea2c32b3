import { setTimeout as sleep } from 'node:timers/promises';
import { type CheckContext, fail, pass, type SmokeCheck, skip } from '../check.ts';
import type { SmokeAnswer } from '../request.ts';

const OLD = new Set(['14.0', '15.0']);

/** With workers, the process that takes websockets starts last: pages answer seconds before it does. */
const TRIES = 40;
const PAUSE = 500;

const upgrade = async ({ ask, signal }: CheckContext): Promise<SmokeAnswer> => {
  for (let tries = 1; ; tries++) {
    const answer = await ask({ method: 'GET', path: '/websocket', upgrade: true });
    const isRefused = 'error' in answer && /ECONNREFUSED/.test(answer.error);
    if (!isRefused || tries === TRIES) return answer;
    await sleep(PAUSE, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
};

export const websocket: SmokeCheck = {
  id: 'websocket',
  title: 'Websocket',
  proves: 'Messages and notifications reach open pages: the upgrade passes every proxy and finds the right port.',
  run: async (context) => {
    const { series } = context;
    if (series !== null && OLD.has(series)) return skip(`Odoo ${series} has no websocket`);
    const answer = await upgrade(context);
    if ('error' in answer)
      return fail(answer.error, 'Lead /websocket to the same Odoo as the rest, and let the proxy pass upgrades on.');
    if (answer.status === 101) return pass(`101 in ${answer.milliseconds} ms`);
    const measured = `the upgrade is answered with ${answer.status}`;
    if (answer.status === 500)
      return fail(
        measured,
        'With workers Odoo takes websockets on a port of their own (gevent_port, 8072): lead /websocket there.',
      );
    if (answer.status === 404)
      return fail(measured, 'The module bus is not installed, or the proxy leads /websocket elsewhere.');
    return fail(measured, 'The proxy has to hand on the headers Connection and Upgrade, with HTTP/1.1.');
  },
};
