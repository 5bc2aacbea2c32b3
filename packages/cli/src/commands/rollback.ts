import { Failure } from '@slipway/contracts/failure';
import { type RollbackPreview, rollbackPreview } from '@slipway/contracts/production-views';
import { type RunView, runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { id } from '../inputs.ts';
import { agree, YES } from '../local/confirm.ts';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { shortSha } from '../output/time.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../runs/requested.ts';
import type { Session } from '../session.ts';
import { billAsCsv, showBill } from '../show/bill.ts';

const input = z
  .strictObject({
    to: id.optional(),
    dryRun: z.boolean().default(false),
    csv: z.boolean().default(false),
    yes: z.boolean().default(false),
    wait: z.boolean().default(false),
    timeout,
  })
  .refine(({ dryRun, wait }) => !dryRun || !wait, 'say --dry-run or --wait, not both')
  .refine(({ dryRun, csv }) => dryRun || !csv, '--csv goes with --dry-run');

/** What it goes back to, and what that loses. */
const previewText = ({ deployment, sha, bill, backup }: RollbackPreview, screen: Screen): string => {
  const head = `Back to ${shortSha(sha)} (${printable(deployment)})`;
  return bill === null
    ? `${head}, on the database that serves: nothing is lost.`
    : `${head}, ${backup === undefined ? 'with the database that it had' : `behind a maintenance page, with the data of backup ${printable(backup)}`}.\n${showBill(bill, screen)}`;
};

const isPreview = (answer: RunView | RollbackPreview): answer is RollbackPreview => 'losesData' in answer;

export const rollback = defineCommand({
  path: 'rollback',
  says: 'Bring production back to what served before. Where the database goes back, too, it lists what that loses, and asks.',
  example: 'slipway rollback --dry-run',
  options: [
    { flags: '--to <deployment>', says: 'a deployment, or its commit (default: what served before)' },
    { flags: '--dry-run', says: 'only list what would be lost' },
    { flags: '--csv', says: 'the list for a spreadsheet; with --dry-run' },
    YES,
    ...WAIT,
  ],
  input,
  view: z.union([rollbackPreview, runView]),
  routes: ['rollbackBill', 'rollbackProduction', 'run'],
  run: async ({ to, dryRun, csv: _, yes, ...wish }, session) => {
    const ask = (): Promise<RollbackPreview> => previewOf(session, to);
    if (dryRun) return ask();
    if (!yes)
      await agree(session, {
        question: async () => `${previewText(await ask(), session.noteScreen)}\nGo back?`,
        otherwise: 'Nothing was changed',
      });
    return requestedRun(session, wish, (api, project) =>
      api.call('rollbackProduction', { parameters: { project }, body: { to: to ?? null, confirm: true } }),
    );
  },
  show: (answer, screen, { wait, csv }) => {
    if (!isPreview(answer)) return requestedText(answer, screen, { wait });
    if (!csv) return previewText(answer, screen);
    if (answer.bill === null)
      throw new Failure('usage', { reason: 'nothing would be lost, so there is nothing to list' });
    return billAsCsv(answer.bill);
  },
  exit: (answer, { wait }) => (isPreview(answer) ? 'ok' : requestedExit(answer, { wait })),
});

const previewOf = async (session: Session, to: string | undefined): Promise<RollbackPreview> => {
  const [api, project] = [await session.api(), await session.project()];
  return api.call('rollbackBill', { parameters: { project }, ...(to === undefined ? {} : { query: { to } }) });
};
