import { type SmokeReport, type SmokeResult, smokeReport } from '@slipway/contracts/smoke-views';
import { reportOf, runSmoke } from '@slipway/smoke/run-smoke';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import type { Session } from '../session.ts';
import { prepareSmoke, type SmokeWish } from '../smoke/prepare-smoke.ts';
import { smokeText } from '../smoke/show-smoke.ts';

/** 126 and above are a shell's own. */
const MOST = 125;

const address = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const good = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (good && url.pathname === '/' && url.search === '' && url.hash === '') return url;
  const error = good
    ? 'must be the address of Odoo itself, without a path'
    : 'must be an address: https://erp.example.com';
  context.addIssue({ code: 'custom', message: error });
  return z.NEVER;
});

const examine = async (wish: SmokeWish, session: Session): Promise<SmokeReport> => {
  const run = await prepareSmoke(wish, session.io);
  const region = session.progress();
  const isTerminal = session.io.stderr.isTTY === true;
  const results: SmokeResult[] = [];
  try {
    for await (const event of runSmoke(run)) {
      if (event.kind === 'result') results.push(event.result);
      else if (isTerminal) region.show([`${event.index + 1} of ${event.of}: ${event.check.title}`], '');
    }
  } finally {
    region.clear();
  }
  return reportOf(wish.url, results, session.io.now().toISOString());
};

export const smoke = defineCommand({
  path: 'smoke',
  says: 'Test an Odoo that answers, from outside: pages, login, selector, websocket, latency, and what `smoke` in ./slipway.yaml asks for. Needs no server and no slipway.yaml. The exit code is the number of failures, 125 at most.',
  example: 'slipway smoke https://erp.example.com --login smoke',
  arguments: [{ name: '<url>', says: 'the address of the Odoo, without a path' }],
  options: [
    {
      flags: '--login <user>',
      says: 'log in as this user; the password is that of the variable SLIPWAY_SMOKE_PASSWORD',
    },
    { flags: '--database <name>', says: 'the database that has to answer' },
    { flags: '--browser', says: 'also log in with a Chromium and open a menu; SLIPWAY_CHROMIUM names its program' },
  ],
  input: z.strictObject({
    url: address,
    login: z.string().min(1, 'may not be empty').optional(),
    database: z.string().min(1, 'may not be empty').optional(),
    browser: z.boolean().default(false),
  }),
  view: smokeReport,
  routes: [],
  run: examine,
  show: smokeText,
  exit: ({ failed }) => Math.min(failed.length, MOST),
});
